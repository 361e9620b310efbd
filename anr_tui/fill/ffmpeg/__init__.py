"""ffmpeg: which one we have, what it is told, and its process."""
