"""Asking the camera again, for a moment or two, to see what of its footage belongs where."""
