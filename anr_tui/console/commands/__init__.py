"""What keys do: requests to the worker, bulk commands, undo, quitting."""
