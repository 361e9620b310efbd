"""One gap: plan, ffmpeg, verify, land, outcome."""
