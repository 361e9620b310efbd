"""A site of the Heldar NVR, or one of the same shape that we make."""
