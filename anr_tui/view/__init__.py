"""The read side of the program: both databases read into one frozen snapshot, with tables and reports made of it.

Nothing here imports Textual.
"""
