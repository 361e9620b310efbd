"""The commands that print what there is, and change nothing."""
