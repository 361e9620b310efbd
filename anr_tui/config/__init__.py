"""What can be set: the settings, their file, the bandwidth schedule, the table of keys of one's own."""
