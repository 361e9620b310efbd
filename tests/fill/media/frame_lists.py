"""Frames as a camera sends them, and the runs that are found in them."""

from anr_tui.fill.media.frame_times import Frame
from anr_tui.fill.media.verify import find_runs

FRAME_S = 0.04


def frames(*spans: tuple[float, float], interval_s: float = FRAME_S, gop: int = 25) -> list[Frame]:
    """Evenly spaced frames for each (start, end), each span opening with a key frame."""
    return [
        Frame(start + n * interval_s, start + n * interval_s, interval_s, n % gop == 0)
        for start, end in spans
        for n in range(round((end - start) / interval_s))
    ]


def spans_of(some: list[Frame]) -> list[tuple[float, float]]:
    """From where to where each run goes that is found in these frames."""
    return [(round(run.start_s, 3), round(run.end_s, 3)) for run in find_runs(iter(some))]
