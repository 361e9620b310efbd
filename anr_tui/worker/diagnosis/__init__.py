"""The diagnosis of a camera: its checks, and what their results mean."""
