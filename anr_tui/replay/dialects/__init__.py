"""The dialects: how each kind of camera is asked for a window of its recording. One file for each, without I/O."""
