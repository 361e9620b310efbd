"""How each kind of camera is asked for a window of its own recording: one file per dialect, pure, without I/O."""
