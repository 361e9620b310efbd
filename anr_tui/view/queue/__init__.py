"""What waits to be filled, in which order and why."""
