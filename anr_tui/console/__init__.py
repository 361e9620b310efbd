"""The Textual app: it looks and asks, and never does the work itself."""
