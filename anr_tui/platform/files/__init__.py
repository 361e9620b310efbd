"""Files that others can write beside: opened safely, shared with a group, locked, and their errors in words."""
