"""What the NVR has: its database, sealed passwords, coverage of a directory."""
