"""Pictures from a landed file: its first, middle and last frame, small enough for a terminal."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from anr_tui.domain.errors import SiteError
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.view.gap.evidence import open_landed

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Most = tuple[int, int]
"""The greatest width and height of a picture, in pixels."""

SMALL: Most = (240, 180)
"""Enough for terminals that show pictures as coloured cells, and few enough to keep in memory."""
LARGE: Most = (480, 360)
"""The size for terminals that show pixels."""
PATIENCE_S = 4.0
"""The seconds that decoding one frame may take; after them the last picture that was decoded is shown."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture: three bytes (red, green, blue) for each pixel, row by row, and the time that its file gives it."""

    width: int
    height: int
    pixels: bytes
    at: datetime


async def read_frames(path: Path, file: LandedRecord, most: Most = SMALL) -> tuple[Frame, ...]:
    """The first, middle and last frame of the landed file at `path`. Raises SiteError where it shows nothing."""
    return await asyncio.to_thread(_frames, path, file.window.start, most)


def _frames(path: Path, start: datetime, most: Most) -> tuple[Frame, ...]:
    # Imported late: most people never ask for a picture.
    import av

    try:
        # The format is given, since a file of another format could name further files to open.
        with open_landed(path) as opened, av.open(opened, "r", format="mp4") as container:
            video = container.streams.video[0]
            frames = tuple(_small(picture, start, offset_s, most) for picture, offset_s in _pictures(container, video))
    except (av.FFmpegError, IndexError, OSError, ValueError) as error:
        raise SiteError(f"{path.name} shows no picture: {_reason(error)}.") from None
    if not frames:
        raise SiteError(f"{path.name} shows no picture.")
    return frames


def _reason(error: Exception) -> str:
    if isinstance(error, IndexError):
        return "it holds no video"
    return (error.strerror if isinstance(error, OSError) else "") or "it cannot be decoded"


def _pictures(container: "InputContainer", video: "VideoStream") -> Iterator[tuple["VideoFrame", float]]:
    """The three frames, each with its distance from the first frame of the file in seconds."""
    base = video.time_base
    if base is None:
        return
    first = next(container.decode(video), None)
    if first is None or first.pts is None:
        return
    yield first, 0.0
    length = video.duration or 0
    for target in (first.pts + length // 2, first.pts + length):
        picture = _picture_at(container, video, target)
        if picture is not None and picture.pts is not None:
            yield picture, float((picture.pts - first.pts) * base)


def _picture_at(container: "InputContainer", video: "VideoStream", target: int) -> "VideoFrame | None":
    """The last frame up to a time stamp, decoded from the key frame before it."""
    container.seek(target, stream=video)
    give_up_at = time.monotonic() + PATIENCE_S
    reached = None
    for picture in container.decode(video):
        if picture.pts is None or (reached is not None and picture.pts > target):
            break
        reached = picture
        if time.monotonic() > give_up_at:
            break
    return reached


def _small(picture: "VideoFrame", start: datetime, offset_s: float, most: Most) -> Frame:
    shape = picture.width / picture.height
    widest, highest = most
    width = min(picture.width, widest, round(highest * shape))
    width, height = max(2, width), max(2, round(width / shape))
    (plane,) = picture.reformat(width=width, height=height, format="rgb24").planes
    data = bytes(plane)
    rows = (data[row * plane.line_size : row * plane.line_size + 3 * width] for row in range(height))
    return Frame(width, height, b"".join(rows), start + timedelta(seconds=offset_s))
