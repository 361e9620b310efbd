"""anr-tui: closes the holes in a camera site's recordings from the cameras' own storage."""

__version__ = "0.2.0"
