"""The Textual app: it shows the site and sends requests, and never does the work itself."""
