"""Fuzzing of what reads bytes from outside: see README.md."""
