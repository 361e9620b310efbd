"""The journal's file: its schema, how it is opened, repaired, salvaged and replaced."""
