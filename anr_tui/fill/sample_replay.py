"""A sample replay: some seconds of a camera's recording, fetched as in a fill and then discarded.

Operators see it under the name "test replay".
"""

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.errors import FillError
from anr_tui.fill.ffmpeg.process import Progress
from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames, place_of
from anr_tui.fill.part_files import read_part
from anr_tui.fill.sources.interface import FetchControl, FetchOrder, FootageSource, Log
from anr_tui.fill.verdict import Verdict, judge_piece

# More than ten seconds at any usual bit rate; without a limit, a camera whose time stands still would never end.
_MOST_BYTES = 64_000_000

Recorded = tuple[datetime, Path]
"""A file of the recorder's own, and the moment at which it starts."""


@dataclass(frozen=True, slots=True)
class SampleReplay:
    """The result of a sample replay: `got_s` seconds of video arrived in `took_s` seconds, from first to last byte.

    `full_speed`: whether the camera accepted `Rate-Control: no`, None where that was not reached. `offset_s`: how much
    later the pictures are than the moment asked for, in seconds; None where nothing shows it. `was_cut`: it was ended
    by its limit of time or size. `verdict`: what went wrong, None for nothing.
    """

    got_s: float
    took_s: float
    full_speed: bool | None
    offset_s: float | None
    was_cut: bool
    verdict: Verdict | None

    @property
    def speed(self) -> float:
        """The speed of the replay in media seconds per second."""
        return self.got_s / max(self.took_s, 0.001)


async def run_sample_replay(
    source: FootageSource,
    order: FetchOrder,
    recorded: Sequence[Recorded],
    *,
    scratch_dir: Path,
    longest_s: float,
    clock_offset_s: float | None,
    log: Log,
) -> SampleReplay:
    """Fetch an order into an unnamed file, for at most `longest_s` seconds of wall clock.

    The times that the camera gives in the media are `clock_offset_s` ahead of ours; None: they show nothing. `recorded`
    are the recorder's files around the window, from which the time of the pictures is found. Raises as
    `FootageSource.fetch`.
    """
    stop = asyncio.Event()

    def watch(progress: Progress) -> None:
        if progress.size_bytes > _MOST_BYTES:
            stop.set()

    with _nameless(scratch_dir) as part:
        timer = asyncio.get_running_loop().call_later(longest_s, stop.set)
        try:
            fetched = await source.fetch(order, part, FetchControl(stop, watch, log))
        finally:
            timer.cancel()
        media = await read_part(part, log) if part.stat().st_size else None
        got_s = sum(run.seconds for run in media.runs) if media else 0.0
        frames = await asyncio.to_thread(key_frames, part) if got_s else ()
    offset_s = await asyncio.to_thread(_offset_s, frames, order.window.start, recorded)
    if offset_s is None and fetched.marks and clock_offset_s is not None:
        first = fetched.marks[0]
        by_our_clock = first.at - timedelta(seconds=clock_offset_s)
        offset_s = (by_our_clock - order.window.start).total_seconds() - first.media_s
    return SampleReplay(
        got_s=got_s,
        took_s=fetched.media_took_s,
        full_speed=fetched.full_speed,
        offset_s=offset_s,
        was_cut=stop.is_set(),
        verdict=judge_piece(fetched, got_s, order.length_s),
    )


@contextmanager
def _nameless(directory: Path) -> Iterator[Path]:
    """An unnamed file, as a path to our own descriptor; the kernel removes it when this process ends in any way."""
    with tempfile.TemporaryFile(dir=directory) as file:
        yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


def _offset_s(frames: Sequence[KeyFrame], start: datetime, recorded: Sequence[Recorded]) -> float | None:
    """How many seconds the pictures are later than the moment asked for, found from the recorder's own files. Blocking.

    Cameras send the recorder the same bits that they store, so equal key frames show the same moment; None where no key
    frame is equal.
    """
    offsets: list[float] = []
    for begins, path in recorded:
        try:
            recorder_frames = key_frames(path)
        except FillError:
            continue
        later_s = (begins - start).total_seconds()
        places = [(place_of(frame, recorder_frames), frame) for frame in frames]
        offsets += [later_s + at_s - frame.at_s for at_s, frame in places if at_s is not None]
    return statistics.median(offsets) if offsets else None
