"""The pictures in a camera's recordings: which there are, how often, and whether each is in its place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import av

from anr_tui.demo.footage.footage import FRAMES_PER_SECOND
from anr_tui.demo.footage.picture import read_picture_time
from anr_tui.domain.timestamps import parse_file_stem
from anr_tui.domain.window import Window
from anr_tui.fill.plan import TOLERANCE_S
from tests.engine import video_s


@dataclass(slots=True)
class CameraFinds:
    """The content of a camera's directory. A tick is the number of a picture, counted from the start of the footage.

    `pictures` is the number of times that each tick is there, `in_place` the ticks at the time that their file gives
    them, and `covered` the windows that the files cover by packets. `unreadable` has the name of a file once for each
    picture whose time cannot be read, and once if the file is broken. `worst_offset_s` is the largest distance of a
    picture from its place.
    """

    pictures: Counter[int] = field(default_factory=Counter)
    in_place: set[int] = field(default_factory=set)
    covered: list[Window] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    worst_offset_s: float = 0.0


def read_camera(directory: Path, began: datetime) -> CameraFinds:
    """Read every recording of a camera. Blocks."""
    finds = CameraFinds()
    for path in sorted(directory.glob("*.mp4")):
        start = parse_file_stem(path.stem)
        try:
            finds.covered.append(Window(start, start + timedelta(seconds=video_s(path))))
            for place, shown in _pictures(path, start):
                if shown is None:
                    finds.unreadable.append(path.name)
                    continue
                offset_s = abs((shown - place).total_seconds())
                finds.worst_offset_s = max(finds.worst_offset_s, offset_s)
                finds.pictures[_tick(shown, began)] += 1
                if offset_s <= TOLERANCE_S:
                    finds.in_place.add(_tick(shown, began))
        except (av.FFmpegError, IndexError, ValueError):
            finds.unreadable.append(path.name)
    return finds


def ticks(window: Window, began: datetime) -> range:
    """The ticks of the pictures of a window."""
    return range(_tick(window.start, began), _tick(window.end, began))


def stretches(these: Iterable[int]) -> list[float]:
    """The lengths, in seconds, of the runs of consecutive ticks."""
    ordered = list(these)
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1), len(ordered)]
    return [(end - start) / FRAMES_PER_SECOND for start, end in pairwise(breaks) if end > start]


def _pictures(path: Path, start: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """For each picture, the moment that its file gives it, and the moment that it shows (None: unreadable)."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            try:
                shown = read_picture_time(frame)
            except ValueError:
                shown = None
            yield start + timedelta(seconds=frame.time or 0.0), shown


def _tick(moment: datetime, began: datetime) -> int:
    return round((moment - began).total_seconds() * FRAMES_PER_SECOND)
