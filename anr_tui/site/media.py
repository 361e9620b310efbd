"""How long a recording is, from its header alone."""

from pathlib import Path


def media_length_s(path: Path) -> float | None:
    """Seconds of video in a media file (0.3 to 3 ms each, blocking), or None where it cannot be read or says not."""
    # Loaded late: the lists and the console's first screen do without it.
    import av

    try:
        with av.open(str(path.absolute())) as container:
            video = next(iter(container.streams.video), None)
            if video is None:
                return None
            if video.duration and video.time_base:
                return float(video.duration * video.time_base)
            return container.duration / av.time_base if container.duration else None
    except (av.FFmpegError, OSError):
        return None
