"""The file of the journal: its schema, and how it is opened and replaced."""
