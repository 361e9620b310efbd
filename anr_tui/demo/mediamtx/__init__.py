"""A simulated MediaMTX playback server, as plain values: its footage, its login, its faults."""
