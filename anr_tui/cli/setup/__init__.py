"""The commands that set up a site, its cameras, or the user's shell, and check them."""
