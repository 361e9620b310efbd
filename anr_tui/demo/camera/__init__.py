"""The simulated camera: an RTSP server that replays its card."""
