"""Rows as tables: filter, sort, export, text and JSON."""
