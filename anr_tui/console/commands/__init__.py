"""The commands behind keys: requests to the worker, bulk commands, undo, quitting."""
