"""The frozen snapshot of a site, and how it is built and cached."""
