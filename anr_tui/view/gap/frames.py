"""Pictures from a landed file: its first, middle and last frame, small enough for a terminal."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.errors import SiteError
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.view.gap.evidence import open_landed

Most = tuple[int, int]
"""The greatest width and height of a picture, in pixels."""

SMALL: Most = (240, 180)
"""Enough for terminals that show pictures as coloured cells, and few enough to keep in memory."""
LARGE: Most = (480, 360)
"""The size for terminals that show pixels."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture: three bytes (red, green, blue) for each pixel, row by row, and the time that its file gives it."""

    width: int
    height: int
    pixels: bytes
    at: datetime


async def read_frames(path: Path, file: LandedRecord, most: Most = SMALL) -> tuple[Frame, ...]:
    """The first, middle and last frame of the landed file at `path`. Raises SiteError where it shows nothing.

    They are decoded in a process of their own, so that a file that no camera of good faith made costs that one only.
    """
    # Imported late: most people never ask for a picture.
    from anr_tui.fill.media.decoding import DecodeFailure, colour_pictures

    try:
        (await asyncio.to_thread(open_landed, path)).close()
    except OSError as error:
        raise SiteError(f"{path.name} shows no picture: {error.strerror or 'it cannot be opened'}.") from None
    pictures = await colour_pictures(path, most=most)
    if isinstance(pictures, DecodeFailure):
        raise SiteError(f"{path.name} shows no picture: it {pictures}.")
    start = file.window.start
    return tuple(
        Frame(picture.width, picture.height, picture.pixels, start + timedelta(seconds=picture.offset_s))
        for picture in pictures
    )
