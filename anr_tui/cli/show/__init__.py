"""The commands that print the state of the site and change nothing."""
