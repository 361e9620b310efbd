"""Gap rows for tests of what is made from them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.view.snapshot.snapshot import GapRow

NOON = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)


def window(start_s: float, end_s: float) -> Window:
    """Seconds after noon."""
    return Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


def gap_row(
    start_s: float,
    end_s: float,
    *,
    camera: str = "gate",
    state: FillState = FillState.PENDING,
    outcome: Outcome | None = None,
    is_filling: bool = False,
) -> GapRow:
    """A gap of seconds after noon, with a fill where it runs or has an outcome."""
    span = window(start_s, end_s)
    gap = RecordingGap(f"{camera}-{start_s:g}", camera, span, int(span.seconds), state, 0, None, None)
    row = GapRow(gap, camera.title(), None)
    if outcome is None and not is_filling:
        return row
    fill = Fill(1, gap.id, camera, span, Phase.FETCHING, outcome, "", "sweep", NOON, None, 1, 0, 0, 0, 1, 0, "")
    return replace(row, fill=fill)
