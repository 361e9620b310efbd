"""The diagnosis of a camera: what is checked and what it means."""
