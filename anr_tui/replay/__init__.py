"""How a camera is asked for its own recording: dialects by vendor, RTSP on the wire, the relay."""
