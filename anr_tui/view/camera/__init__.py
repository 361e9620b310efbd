"""One camera as people see and change it."""
