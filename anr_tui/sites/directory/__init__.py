"""A site that is a plain directory: `ROOT/CAMERA/20260613_120000.mp4`, with its cameras in `ROOT/cameras.toml`."""
