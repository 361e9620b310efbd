"""Screens of their own: gap details, diagnosis, statistics, pictures."""
