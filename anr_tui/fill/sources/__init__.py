"""The sources of footage: one module for each transport."""
