"""RTSP and SDP on the wire: parsing, authentication, a connection."""
