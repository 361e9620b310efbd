"""The console, a Textual program: it shows snapshots of the site and sends requests, and never does the work itself."""
