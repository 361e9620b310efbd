"""Screens on top of the main one: gap details, diagnosis, statistics, pictures."""
