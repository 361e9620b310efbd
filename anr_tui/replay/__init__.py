"""How a camera is asked for its own recording: dialects by vendor, RTSP and HTTP on the wire, the relays."""
