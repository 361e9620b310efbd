"""The read side: both databases read into one frozen snapshot, with tables and reports of it. No Textual."""
