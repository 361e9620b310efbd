"""The ffmpeg program: which one there is, its arguments, and its process."""
