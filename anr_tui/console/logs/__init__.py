"""The log pane and what it reads."""
