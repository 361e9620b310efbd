"""The content of media files: runs of packets, key frames, NAL units."""
