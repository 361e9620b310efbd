"""Plain values of a site for tests: a camera, a gap, a fill, a request, a worker, and what the view makes of them.

Change one with `dataclasses.replace`. They are as at `NOW`, and no file or database stands behind them.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anr_tui.domain.camera import Camera
from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import WorkerRecord
from anr_tui.view.camera.fields import CameraForm
from anr_tui.view.reports.status import Missing, Status
from anr_tui.view.snapshot.snapshot import CameraRow, FillRow, GapRow, Snapshot, Totals, WorkerRow, WorkerState
from tests.heldar_site import NOW, PASSWORD

SOON = NOW + timedelta(minutes=5)

# The site database: a camera; as it is after a person has saved it; what a person types for another one; and a gap.

CAMERA = Camera(
    id="gate",
    name="Front gate",
    vendor="hikvision",
    address="192.0.2.11",
    rtsp_port=554,
    username="operator",
    password=Secret("x"),
    record_stream="main",
    record_audio=False,
    retention_hours=24,
    segment_seconds=60,
    anr_enabled=True,
    replay_url_template=None,
    state="recording",
    updated_at="row 1",
)
CAMERA_AS_WRITTEN = replace(
    CAMERA, rtsp_port=8554, password=Secret("enc:v1:AAAA"), updated_at="2026-06-01T08:00:00+00:00"
)
CAMERA_FORM = CameraForm(name="Yard", address="192.0.2.20", user="operator", password=Secret(PASSWORD))
GAP_START = datetime(2026, 6, 13, 23, 55, 0, 123_456, tzinfo=UTC)
GAP = RecordingGap(
    "gap_1", "gate", Window(GAP_START, GAP_START + timedelta(minutes=10)), 600, FillState.PENDING, 2, NOW, None
)

# The journal: a fill that runs, one that ended, a request for a fill, and the worker.

FILL_WINDOW = Window(NOW - timedelta(minutes=10), NOW)
FILL = Fill(
    id=3,
    gap_id="gap_1",
    camera_id="gate",
    window=FILL_WINDOW,
    phase=Phase.FETCHING,
    outcome=None,
    reason="",
    asked_by="sweep",
    started_at=NOW,
    ended_at=None,
    wanted_s=600,
    got_s=150,
    size_bytes=7,
    speed=30,
    pieces=2,
    pieces_landed=0,
    log_name="fill-3.log",
)
ENDED_FILL = replace(FILL, outcome=Outcome.PARTLY_FILLED, reason="300 of 600 s", ended_at=NOW + timedelta(seconds=9))
TAKEN_REQUEST = Request(5, RequestKind.FILL, "gap_1", None, "anna@nvr-07", NOW, RequestState.TAKEN, "")
ASKED_REQUEST = replace(TAKEN_REQUEST, state=RequestState.ASKED)
WORKER_RECORD = WorkerRecord(
    7, "anna", "nvr-07", 4711, "b", "0.1.0", NOW, NOW, None, False, SOON, NOW + timedelta(seconds=10)
)

# The view: rows of what stands above, and all that is known of the site at once.

CAMERA_ROW = CameraRow(
    "gate", "Front gate", "hikvision", "recording", True, True, 2, 1, 4, 1, 1800.0, NOW, Outcome.UNREACHABLE
)
WORKER_ROW = WorkerRow(WorkerState.RUNNING, "anna", "nvr-07", 4711, "0.1.0", NOW, NOW, SOON, lifetime=Lifetime.CONSOLES)
SNAPSHOT = Snapshot(
    1,
    NOW,
    Path("/srv/heldar.db"),
    WORKER_ROW,
    (CAMERA_ROW,),
    (GapRow(GAP, "Front gate", ENDED_FILL),),
    (FillRow(FILL, "Front gate", 15.0),),
    (),
    Totals(7, 2, 1, 4, 1800.0),
    412_000_000_000,
)
HEALTHY_SNAPSHOT = replace(SNAPSHOT, totals=Totals(6, 2, 0, 4, 1200.0), waiting=(ASKED_REQUEST,))
STATUS = Status(
    HEALTHY_SNAPSHOT, 5400.0, 5_000_000_000, Missing(HEALTHY_SNAPSHOT.gaps[0], NOW + timedelta(hours=3)), ()
)
