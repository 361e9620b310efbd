"""What people are shown: one frozen snapshot of both databases. No Textual."""
