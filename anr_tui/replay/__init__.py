"""How a camera is asked for its own recording: URL, masking, relay."""
