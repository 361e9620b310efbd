"""Where footage belongs: what came is held against what tells its time."""
