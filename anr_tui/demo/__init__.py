"""A simulated site: cameras that speak RTSP, their footage, outages. The tests use it too."""
