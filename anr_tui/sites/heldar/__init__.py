"""A site with the Heldar NVR, or with a database of the same shape that we create."""
