"""The log pane, and the files that it reads."""
