"""The examples of a report and of statistics, and what a report is made of: windows, gaps, fills and files."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from anr_tui.domain.evidence.evidence_chain import ChainHead
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.fill import Fill
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import FillPace, LandedRecord
from anr_tui.view.reports.shift_report import make_report
from anr_tui.view.reports.stats import Past, make_stats
from anr_tui.view.snapshot.snapshot import GapRow
from tests.builders import CAMERA_ROW, FILL, GAP, SNAPSHOT
from tests.heldar_site import NOW
from tests.view.rows import gap_row

# When the fills began, and what the seconds of windows count from.
BEGAN = datetime(2026, 6, 13, 6, 0, tzinfo=UTC)


def window(start_s: float, end_s: float) -> Window:
    """A window in seconds after `BEGAN`."""
    return Window(BEGAN + timedelta(seconds=start_s), BEGAN + timedelta(seconds=end_s))


def fill(outcome: Outcome | None, *, got_s: float = 0.0, took_s: float = 10.0, gap_id: str = "gap_1") -> Fill:
    """A fill that ended with the outcome after `took_s` seconds; None: it still runs."""
    ended_at = BEGAN + timedelta(seconds=took_s) if outcome else None
    return replace(FILL, gap_id=gap_id, outcome=outcome, got_s=got_s, started_at=BEGAN, ended_at=ended_at)


def gap(
    what: Window,
    state: FillState = FillState.PENDING,
    last: Fill | None = None,
    *,
    camera: str = "gate",
    name: str = "gap_1",
) -> GapRow:
    """A gap of the window, with its last fill."""
    row = replace(GAP, id=name, camera_id=camera, window=what, fill_state=state)
    return GapRow(row, f"Camera {camera}", last)


def file(
    what: Window, size_bytes: int = 1000, camera: str = "gate", proof: TimeProof = TimeProof.UNKNOWN
) -> LandedRecord:
    """A file that a fill landed, which holds the whole window."""
    return LandedRecord("x.mp4", what, what, size_bytes, "0" * 64, "", "9.0", camera_id=camera, proof=proof)


REPORT = make_report(
    [
        gap(window(0, 100), FillState.FILLED, fill(Outcome.FILLED), name="a"),
        gap(window(0, 90), FillState.FAILED, fill(Outcome.NO_FOOTAGE), camera="dock", name="b"),
    ],
    [fill(Outcome.FILLED, got_s=100, gap_id="a")],
    [
        file(window(0, 80), 1_500_000, proof=TimeProof.PROVEN),
        file(window(80, 100), 500_000, proof=TimeProof.CONSISTENT),
    ],
    window(-3600, 3600 * 11),
    chain=ChainHead(2, "ab"),
)


BERLIN = ZoneInfo("Europe/Berlin")
GATE = replace(CAMERA_ROW, device="192.0.2.11:554", retention_hours=1000, set_aside_why=None, next_try_at=None)
DOCK = replace(GATE, id="dock", name="=Dock()", device="192.0.2.12:554", anr_enabled=False)
STATS_ROWS = (
    gap_row(-600, 0),
    gap_row(-4000, -3400, state=FillState.FILLED),
    gap_row(-600, -300, camera="dock"),
)
PAST = Past(
    held=[("gate", STATS_ROWS[1].window)],
    fills=[FillPace("gate", NOW, 20.0, 600.0, 60.0, 1_000_000), FillPace("gate", NOW, 10.0, 600.0, 60.0, 1_000_000)],
)
STATS = make_stats(replace(SNAPSHOT, cameras=(GATE, DOCK), gaps=STATS_ROWS), PAST, BERLIN, 2, NOW)
