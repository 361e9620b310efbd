"""A whole simulated site: cameras that really speak RTSP, footage, outages."""
