"""Footage whose wall-clock time can be read in the picture."""
