"""The relay between ffmpeg and a device that footage is downloaded from."""
