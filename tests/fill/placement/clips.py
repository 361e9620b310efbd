"""Moments, key frames and fetched footage, in seconds after noon: what tests of placement are made of."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.placed import FetchedMedia
from anr_tui.fill.placement.witnesses.recordings import RecordedFrame

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
PART = Path("x.mp4.part")


def at(second: float) -> datetime:
    """A moment."""
    return NOON + timedelta(seconds=second)


def window(start_s: float, end_s: float) -> Window:
    """A window."""
    return Window(at(start_s), at(end_s))


def digest(second: float) -> bytes:
    """What the picture data of the moment come to."""
    return f"picture of {second}".encode()


def shown(seconds: Iterable[float], *, begins_s: float) -> tuple[KeyFrame, ...]:
    """The key frames of these moments in footage that begins at `begins_s`."""
    return tuple(KeyFrame(second - begins_s, digest(second)) for second in seconds)


def recorded(*seconds: float, late_s: float = 0.0) -> tuple[RecordedFrame, ...]:
    """The same key frames in the recordings, whose names may have them so much later, one GOP of 4 s after another."""
    return tuple(RecordedFrame(at(second + late_s), digest(second), 4.0) for second in seconds)


def fetched(asked: Window, length_s: float) -> FetchedMedia:
    """Footage of this length, in one run, that was asked for as this window."""
    return FetchedMedia(asked, PART, (Run(0.0, length_s, int(length_s)),), is_in_order=True)
