"""A simulated site: cameras that speak RTSP, a playback server over HTTP, footage, outages. The tests use it too."""
