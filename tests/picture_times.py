"""When the pictures of a file were really taken: read from the pictures alone, with no code of the product's client.

Each picture of the simulated footage carries its wall-clock second (anr_tui/demo/footage/picture.py). That survives
another encoding, size, frame rate and key-frame distance. A covered lens shows none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import av

from anr_tui.demo.footage.picture import read_picture_time


@dataclass(frozen=True, slots=True)
class PictureTime:
    """One picture of a file: `named` is when it was by the file's name and its place in it, `shown` when it was."""

    named: datetime
    shown: datetime

    @property
    def offset_s(self) -> float:
        """How far what it shows is ahead of where it stands, in seconds."""
        return (self.shown - self.named).total_seconds()


def picture_times(path: Path) -> list[PictureTime]:
    """The pictures of a recording, in the order in which they are shown.

    Raises ValueError for a picture that shows no time, av.FFmpegError for one that cannot be decoded.
    """
    start = datetime.strptime(path.name[:15], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    with av.open(str(path)) as container:
        return [
            PictureTime(start + timedelta(seconds=float(frame.time or 0.0)), read_picture_time(frame))
            for frame in container.decode(video=0)
        ]


def seconds_shown(paths: Iterable[Path]) -> list[datetime]:
    """The whole seconds of which there is a picture anywhere in these files, in order."""
    return sorted({each.shown.replace(microsecond=0) for path in paths for each in picture_times(path)})


def shown_more_than_once(paths: Iterable[Path]) -> list[datetime]:
    """The moments of which there is more than one picture in these files, in order."""
    moments = sorted(each.shown for path in paths for each in picture_times(path))
    return sorted({earlier for earlier, later in pairwise(moments) if earlier == later})
