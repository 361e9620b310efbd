"""Pictures of a media file, decoded in a process of their own: a damaged or hostile file costs that process alone."""

import asyncio
import base64
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from anr_tui.fill.media.decoder_process import PICTURE_HEIGHT, PICTURE_WIDTH
from anr_tui.platform.child_process import STDOUT, Child, first_set, to_the_end
from anr_tui.platform.media_bounds import MOST_PIXELS

_NO_MARK: Mapping[str, str] = MappingProxyType({})
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH")
_PROGRAM = ("-P", "-m", "anr_tui.fill.media.decoder_process")
_MOST_ANSWER_BYTES = 4 * 1024 * 1024
_GRACE_S = 1.0


class DecodeFailure(StrEnum):
    """Why there are no pictures; reads on after the name of the file."""

    NOT_READABLE = "cannot be read"
    CANNOT_BE_DECODED = "cannot be decoded"
    TOO_LARGE = "shows pictures that are too large"
    TOOK_TOO_LONG = "took too long"
    NEEDS_TOO_MUCH_MEMORY = "needs too much memory"
    DECODER_ENDED = "ended the decoder"


@dataclass(frozen=True, slots=True)
class DecodeBounds:
    """What decoding one file may cost: address space, seconds of processor and of waiting, pixels of a picture, frames.

    The largest picture is 8K, beyond any camera's; from about 24 million pixels on, what fails in so much memory is put
    down to memory and not to the footage.
    """

    memory_bytes: int = 1024 * 1024 * 1024
    cpu_s: int = 30
    wall_s: float = 60.0
    most_pixels: int = MOST_PIXELS
    most_frames: int = 5000


DEFAULT_BOUNDS = DecodeBounds()


@dataclass(frozen=True, slots=True)
class ColourPicture:
    """A picture in colour: three bytes (red, green, blue) a pixel, row by row.

    `offset_s` is how long after the first picture of its file it stands, in seconds.
    """

    width: int
    height: int
    pixels: bytes
    offset_s: float


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A picture in 32 x 18 greys, row by row, a byte each; `at_s` is its media time in its file."""

    at_s: float
    grey: bytes


async def small_pictures(
    path: Path,
    spans: Sequence[tuple[float, float]],
    *,
    every_s: float,
    most: int,
    bounds: DecodeBounds = DEFAULT_BOUNDS,
    mark: Mapping[str, str] = _NO_MARK,
) -> tuple[SmallPicture, ...] | DecodeFailure:
    """Pictures of a file: from each span (from, to; media seconds) one every `every_s` seconds, `most` at most.

    A span in which nothing stands has none. `mark` goes into the process's environment, as in `ffmpeg.process`.
    """
    order = {"task": "pictures", "spans": [list(span) for span in spans], "every_s": every_s, "most": most}
    answer = await decode(path, order, bounds=bounds, mark=mark)
    if isinstance(answer, DecodeFailure):
        return answer
    try:
        pictures = tuple(SmallPicture(float(at_s), base64.b64decode(grey)) for at_s, grey in answer["pictures"])
    except (KeyError, TypeError, ValueError):
        return DecodeFailure.DECODER_ENDED
    if any(len(picture.grey) != PICTURE_WIDTH * PICTURE_HEIGHT for picture in pictures):
        return DecodeFailure.DECODER_ENDED
    return pictures


async def colour_pictures(
    path: Path, *, most: tuple[int, int], bounds: DecodeBounds = DEFAULT_BOUNDS
) -> tuple[ColourPicture, ...] | DecodeFailure:
    """The first, middle and last picture of an MP4 file, at most `most` (width, height) pixels large.

    No link is followed.
    """
    answer = await decode(path, {"task": "colour", "most": list(most)}, bounds=bounds, mark=_NO_MARK)
    if isinstance(answer, DecodeFailure):
        return answer
    try:
        return tuple(
            _whole(ColourPicture(int(width), int(height), base64.b64decode(pixels), float(offset_s)))
            for width, height, pixels, offset_s in answer["pictures"]
        )
    except (KeyError, TypeError, ValueError):
        return DecodeFailure.DECODER_ENDED


def _whole(picture: ColourPicture) -> ColourPicture:
    if len(picture.pixels) != 3 * picture.width * picture.height:
        raise ValueError("a picture of the decoder is not whole")
    return picture


async def decode(
    path: Path, order: Mapping[str, object], *, bounds: DecodeBounds, mark: Mapping[str, str]
) -> dict[str, Any] | DecodeFailure:
    """Have the decoder process do what `order` says with a file; its answer, which nobody has looked at yet.

    Cancelled, it ends the process first.
    """
    written = json.dumps(
        {
            **order,
            "path": str(path.absolute()),
            "memory_bytes": bounds.memory_bytes,
            "cpu_s": bounds.cpu_s,
            "most_pixels": bounds.most_pixels,
            "most_frames": bounds.most_frames,
        }
    )
    output = _Output()
    child = Child(output.take)
    try:
        await child.start([sys.executable, *_PROGRAM], _environment() | dict(mark))
    except OSError:
        return DecodeFailure.DECODER_ENDED
    took_too_long = False
    try:
        child.say_last(written.encode())
        async with asyncio.timeout(bounds.wall_s):
            await first_set(child.exited, child.failed)
    except TimeoutError:
        took_too_long = True
    finally:
        await to_the_end(child.end(_GRACE_S))
    if took_too_long or child.returncode == -signal.SIGXCPU:
        return DecodeFailure.TOOK_TOO_LONG
    return _answer(bytes(output.data)) if child.returncode == 0 else DecodeFailure.DECODER_ENDED


class _Output:
    """Keeps what the process writes to its standard output, and no more than an answer may have."""

    def __init__(self) -> None:
        self.data = bytearray()

    def take(self, fd: int, data: bytes) -> None:
        if fd != STDOUT:
            return
        if len(self.data) + len(data) > _MOST_ANSWER_BYTES:
            raise ValueError("an answer of the decoder is too long")
        self.data += data


def _answer(data: bytes) -> dict[str, Any] | DecodeFailure:
    try:
        answer = json.loads(data)
        if not isinstance(answer, dict):
            return DecodeFailure.DECODER_ENDED
        return DecodeFailure(answer["failure"]) if "failure" in answer else answer
    except ValueError:
        return DecodeFailure.DECODER_ENDED


def _environment() -> dict[str, str]:
    """What it needs and no more: no secret."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"TZ": "UTC", "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
