"""What can be set: settings, their file, the bandwidth schedule, the table of own keys."""
