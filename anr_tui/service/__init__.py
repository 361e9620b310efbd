"""How the worker is started: as a systemd service, or as a child of a console."""
