"""The terminal program (Textual): shows the snapshot and sends requests; never does the work itself."""
