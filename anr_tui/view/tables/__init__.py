"""Rows as tables: filtering, sorting, export, text and JSON."""
