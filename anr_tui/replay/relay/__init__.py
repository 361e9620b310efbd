"""The relay between ffmpeg and a camera: sessions, rewriting, rate limit, report."""
