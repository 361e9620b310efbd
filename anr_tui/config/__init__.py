"""What can be set: the settings, their file, the bandwidth schedule, and the operator's own keys."""
