"""The sites that gaps are filled on: cameras, gaps and recordings, by kind of recorder."""
