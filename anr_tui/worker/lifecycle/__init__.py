"""The worker's own life: lease, identity, how long it stays, crash recovery, housekeeping."""
