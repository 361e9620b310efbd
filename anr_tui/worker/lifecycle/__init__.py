"""The life of a worker: its lease, identity, lifetime, crash recovery and housekeeping."""
