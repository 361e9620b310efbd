"""What tells the time of footage: recordings beside it, times in the media, the camera's word, the pace of stamps."""
