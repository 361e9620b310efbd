"""What is in a media file: runs of packets, key frames, NAL units."""
