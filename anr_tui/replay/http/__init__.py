"""The relay between ffmpeg and a device that sends its footage over HTTP."""
