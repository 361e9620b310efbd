"""The commands that ask the site's worker for something."""
