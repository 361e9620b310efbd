"""What people are shown: reads both databases into one frozen snapshot; tables and reports of it. No Textual."""
