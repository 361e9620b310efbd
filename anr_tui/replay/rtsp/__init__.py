"""RTSP and SDP: parsing, authentication, a connection."""
