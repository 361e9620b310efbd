"""How the worker is started: as a systemd service, or as a child process of a console."""
