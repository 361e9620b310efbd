"""A site as the console sees it: six cameras, gaps in all states, fills that run and ended; and a view of it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from anr_tui.console.commands.worker_commands import WORKER_COMMANDS
from anr_tui.console.display_settings import DisplaySettings
from anr_tui.console.main.app import BaseApp, ConsoleApp
from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError
from anr_tui.domain.event import EventKind
from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import NewRequest, Request, RequestKind, RequestState
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window, subtract
from anr_tui.journal.tables.rows import Event, LandedRecord
from anr_tui.sites.interface import CameraValues
from anr_tui.view.about import About
from anr_tui.view.camera.diagnosis import Diagnosis
from anr_tui.view.camera.edit import SavedCamera
from anr_tui.view.camera.fields import CameraForm, Draft
from anr_tui.view.camera.form import form_of
from anr_tui.view.gap.detail import GapDetail
from anr_tui.view.gap.frames import Frame
from anr_tui.view.reports.stats import Past, Stats, make_stats
from anr_tui.view.snapshot.snapshot import (
    CameraRow,
    FillRow,
    GapRow,
    Snapshot,
    Timeline,
    Totals,
    UrlPreview,
    WorkerRow,
    WorkerState,
)
from tests.console.screens.one_gap import frames, gap_detail

NOW = datetime(2026, 6, 13, 12, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
NAMES = ("front gate", "loading dock", "warehouse aisle", "parking north", "roof", "lobby")

MASKED = UrlPreview(
    "rtsp://operator:***@192.0.2.11:554/Streaming/tracks/101?starttime=20260613T120000Z&endtime=20260613T121000Z",
    "ffmpeg -rtsp_transport tcp -i 'rtsp://operator:***@192.0.2.11:554/Streaming/tracks/101"
    "?starttime=20260613T120000Z&endtime=20260613T121000Z' -t 600 -c copy -f mp4 20260613_120000.mp4",
    is_revealed=False,
)
REVEALED = UrlPreview(MASKED.url.replace("***", "hunter2"), MASKED.command.replace("***", "hunter2"), is_revealed=True)


def gap(number: int, camera: str, minutes_ago: float, length_s: float, **changes: object) -> RecordingGap:
    """A gap of a camera that began so many minutes ago."""
    start = NOW - timedelta(minutes=minutes_ago)
    base = RecordingGap(
        id=f"gap-{number:03}",
        camera_id=camera_id(camera),
        window=Window(start, start + timedelta(seconds=length_s)),
        gap_seconds=int(length_s),
        fill_state=FillState.PENDING,
        fill_attempts=0,
        last_attempt_at=None,
        filled_at=None,
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the fields a test changes are of many types


def fill(number: int, of: RecordingGap, outcome: Outcome | None, **changes: object) -> Fill:
    """A fill of a gap: running where `outcome` is None, else ended two minutes ago."""
    base = Fill(
        id=number,
        gap_id=of.id,
        camera_id=of.camera_id,
        window=of.window,
        phase=Phase.FETCHING if outcome is None else Phase.ENDED,
        outcome=outcome,
        reason="",
        asked_by="sweep",
        started_at=NOW - timedelta(minutes=4),
        ended_at=None if outcome is None else NOW - timedelta(minutes=2),
        wanted_s=of.window.seconds,
        got_s=of.window.seconds if outcome is Outcome.FILLED else 0.0,
        size_bytes=int(of.window.seconds * 500_000) if outcome is Outcome.FILLED else 0,
        speed=38.2 if outcome is Outcome.FILLED else 0.0,
        pieces=2,
        pieces_landed=2 if outcome is Outcome.FILLED else 0,
        log_name=f"fill-{number:06}.log",
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the fields a test changes are of many types


def camera_id(name: str) -> str:
    return name.replace(" ", "-")


def site_gaps() -> tuple[GapRow, ...]:
    """Twenty gaps in all states, the newest first."""
    pending, failed, filled = FillState.PENDING, FillState.FAILED, FillState.FILLED
    gate = gap(1, "front gate", 42, 600)
    dock = gap(2, "loading dock", 42, 605)
    aisle = gap(3, "warehouse aisle", 43, 1210, fill_attempts=1)
    busy = gap(4, "parking north", 42, 598)
    roof = gap(5, "roof", 44, 730, fill_attempts=1)
    lobby = gap(6, "lobby", 95, 65, fill_state=failed, fill_attempts=3)
    rows = [
        (gate, fill(31, gate, None, got_s=372.0, size_bytes=48_300_000, speed=38.2, pieces_landed=1)),
        (dock, fill(32, dock, None, got_s=60.5, size_bytes=7_900_000, speed=1.0)),
        (aisle, fill(33, aisle, None, phase=Phase.VERIFYING, got_s=1210.0, size_bytes=151_000_000, speed=21.7)),
        (busy, fill(30, busy, Outcome.CAMERA_BUSY, reason="453 Not Enough Bandwidth")),
        (roof, fill(29, roof, Outcome.UNREACHABLE, reason="192.0.2.15:554 did not answer within 5 s")),
        (lobby, fill(28, lobby, Outcome.NO_FOOTAGE, reason="404 for 01:55:00 to 01:56:05")),
    ]
    outcomes = (Outcome.FILLED, Outcome.PARTLY_FILLED, Outcome.LOGIN_REFUSED, Outcome.TOO_OLD, None)
    for number in range(7, 21):
        outcome = outcomes[number % 5]
        state = filled if outcome is Outcome.FILLED else failed if number == 12 else pending
        name = NAMES[number % len(NAMES)]
        row = gap(number, name, 60 * (number - 5), 37 * number, fill_state=state, fill_attempts=number % 4)
        ended = fill(number, row, outcome, got_s=12.0 * number) if outcome else None
        rows.append((row, ended))
    return tuple(GapRow(each, row_name(each), its_fill) for each, its_fill in rows)


def row_name(of: RecordingGap) -> str:
    return of.camera_id.replace("-", " ")


def site_snapshot() -> Snapshot:
    """The whole site."""
    gaps = site_gaps()
    fills = sorted(
        (FillRow(row.fill, row.camera_name, 12.0 if row.is_filling else None) for row in gaps if row.fill),
        key=lambda row: (not row.is_running, -row.fill.id),
    )
    missing = [row for row in gaps if row.is_missing]
    return Snapshot(
        version=1,
        read_at=NOW,
        database=Path("/srv/heldar/heldar.db"),
        worker=WorkerRow(WorkerState.RUNNING, "anna", "nvr-07", 4711, "0.1.0", NOW, NOW, NOW + timedelta(seconds=230)),
        cameras=tuple(camera_row(name, gaps) for name in NAMES),
        gaps=gaps,
        fills=tuple(fills),
        requests=(),
        totals=Totals(
            len(gaps),
            sum(row.gap.fill_state is FillState.PENDING for row in gaps),
            sum(row.gap.fill_state is FillState.FAILED for row in gaps),
            sum(row.gap.fill_state is FillState.FILLED for row in gaps),
            sum(row.window.seconds for row in missing),
        ),
        disk_free_bytes=412_000_000_000,
        timeline=timeline(gaps),
    )


def timeline(gaps: tuple[GapRow, ...]) -> Timeline:
    """A recorder that holds two weeks, up to a minute ago, but for the gaps."""
    by_camera = {camera_id(name): tuple(row for row in gaps if row.gap.camera_id == camera_id(name)) for name in NAMES}
    whole = Window(NOW - timedelta(days=14), NOW - timedelta(minutes=1))
    return Timeline(
        span=timedelta(days=30),
        read_at=NOW,
        recorded={key: tuple(subtract(whole, [row.window for row in rows])) for key, rows in by_camera.items()},
        gaps=by_camera,
    )


def camera_row(name: str, gaps: tuple[GapRow, ...]) -> CameraRow:
    """A camera with the sums of its gaps."""
    own = [row for row in gaps if row.camera_name == name]
    base = CameraRow(
        id=camera_id(name),
        name=name,
        vendor="dahua" if name == "lobby" else "hikvision",
        state="offline" if name == "roof" else "recording",
        anr_enabled=name != "lobby",
        has_replay=name != "lobby",
        pending=sum(row.gap.fill_state is FillState.PENDING for row in own),
        failed=sum(row.gap.fill_state is FillState.FAILED for row in own),
        filled=sum(row.gap.fill_state is FillState.FILLED for row in own),
        filling=sum(row.is_filling for row in own),
        missing_s=sum(row.window.seconds for row in own if row.is_missing),
        device=f"192.0.2.{11 + NAMES.index(name)}:554",
        speed=38.2 if name == "front gate" else 1.0 if name == "loading dock" else 0.0,
    )
    if name == "parking north":
        return replace(base, next_try_at=NOW + timedelta(seconds=95))
    return replace(base, set_aside_why=Outcome.LOGIN_REFUSED) if name == "roof" else base


def camera_of(row: CameraRow) -> Camera:
    """The camera's row in the site database."""
    return Camera(
        id=row.id,
        name=row.name,
        vendor=row.vendor,
        address=row.device.partition(":")[0],
        rtsp_port=554,
        username="operator",
        password=Secret("hunter2"),
        record_stream="main",
        record_audio=False,
        retention_hours=336,
        segment_seconds=60,
        anr_enabled=row.anr_enabled,
        replay_url_template=None,
        state=row.state,
    )


def empty_snapshot() -> Snapshot:
    """A site where nothing was ever missing."""
    return replace(
        site_snapshot(),
        cameras=tuple(camera_row(name, ()) for name in NAMES[:2]),
        gaps=(),
        fills=(),
        totals=Totals(),
        timeline=timeline(()),
    )


def site_events() -> tuple[Event, ...]:
    """Ten events of the last hour, the newest first."""
    told = [
        (EventKind.WORKER_STARTED, "anna@nvr-07", None, None, "The worker started; it stays as long as a console."),
        (EventKind.ASKED, "anna@nvr-07", "front-gate", "gap-001", "Fill it now."),
        (EventKind.FILL_STARTED, "worker", "front-gate", "gap-001", "10m of footage are missing."),
        (EventKind.CAMERA_SET_ASIDE, "worker", "roof", "gap-005", "Login refused: left alone until its row changes."),
        (EventKind.ALARM, "worker", None, None, "Less than 5 GB are free for recordings: nothing is fetched."),
        (EventKind.ALARM_OVER, "worker", None, None, "There is room for recordings again."),
        (EventKind.URL_REVEALED, "ana@desk", "lobby", "gap-006", "The replay URL of lobby was shown."),
        (EventKind.GAP_FAILED, "worker", "lobby", "gap-006", "No footage on the camera; 3 attempts."),
        (EventKind.PAUSED, "ana@desk", None, None, "Paused: running fills continue, no new ones start automatically."),
        (EventKind.GAP_FILLED, "worker", "warehouse-aisle", "gap-003", "Filled: 20m 10s in 2 files, measured."),
    ]
    events = [
        Event(number, NOW - timedelta(minutes=60 - 5 * number), kind, who, camera, of, words)
        for number, (kind, who, camera, of, words) in enumerate(told, 1)
    ]
    return tuple(reversed(events))


@dataclass
class RecordingView:
    """A view in memory: shows the snapshot it is given, and remembers what was asked."""

    snapshot: Snapshot = field(default_factory=site_snapshot)
    events: InitVar[tuple[Event, ...]] = ()
    logs: Path = Path("/nonexistent")
    recordings: Path = Path("/nonexistent")
    player: tuple[str, ...] = ()
    details: int = 0
    past: Past = field(default_factory=Past)
    readings: int = 0
    spans: list[timedelta] = field(default_factory=list)
    asked: list[tuple[RequestKind, str | None, int | None]] = field(default_factory=list)
    of_others: set[int] = field(default_factory=set)
    of_cameras: list[tuple[RequestKind, str]] = field(default_factory=list)
    diagnoses: dict[str, Diagnosis] = field(default_factory=dict)
    revealed: list[bool] = field(default_factory=list)
    saved: list[CameraValues] = field(default_factory=list)
    is_ours: bool = True
    error: AnrError | None = None
    is_read_only: bool = False
    reads: int = 0
    _seen: int = 0

    def __post_init__(self, events: tuple[Event, ...]) -> None:
        self.snapshot = replace(self.snapshot, events=events)

    @property
    def requests(self) -> Self:
        return self

    @property
    def lookups(self) -> Self:
        return self

    @property
    def cameras(self) -> Self:
        return self

    async def read(self) -> Snapshot | None:
        self.reads += 1
        if self.error:
            raise self.error
        if self.snapshot.version == self._seen:
            return None
        self._seen = self.snapshot.version
        return self.snapshot

    def look_back(self, span: timedelta) -> None:
        self.spans.append(span)

    async def ask(
        self,
        kind: RequestKind,
        *,
        gap_id: str | None = None,
        fill_id: int | None = None,
        camera_id: str | None = None,
    ) -> int:
        if self.error:
            raise self.error
        if camera_id is not None:
            self.of_cameras.append((kind, camera_id))
        self.asked.append((kind, gap_id, fill_id))
        return len(self.asked)

    async def ask_all(self, wishes: Sequence[NewRequest]) -> list[int]:
        return [await self.ask(wish.kind, gap_id=wish.gap_id, fill_id=wish.fill_id) for wish in wishes]

    async def withdraw(self, request_ids: Sequence[int]) -> list[int]:
        if self.error:
            raise self.error
        done = [each.id for each in await self.answers(request_ids) if each.state is RequestState.ASKED]
        withdrawn = [number for number in done if number not in self.of_others]
        for number in withdrawn:
            self.answer(number, RequestState.WITHDRAWN)
        return withdrawn

    async def answers(self, request_ids: Collection[int]) -> list[Request]:
        known = {request.id: request for request in self.snapshot.requests}
        asked = {
            number: Request(number, kind, gap_id, fill_id, "anna", NOW, RequestState.ASKED, "")
            for number, (kind, gap_id, fill_id) in enumerate(self.asked, 1)
        }
        return [(asked | known)[number] for number in sorted(request_ids)]

    async def replay_url(self, gap_id: str, *, reveal: bool) -> UrlPreview:
        if self.error:
            raise self.error
        self.revealed.append(reveal)
        return REVEALED if reveal else MASKED

    def about(self) -> About:
        root = Path("/srv/heldar")
        settings = (("ANR_MAX_FILLS", "4"), ("ANR_BANDWIDTH", "08:00 2M, 19:00 unlimited"))
        database, journal, logs = root / "heldar.db", root / "heldar.anr.db", root / "heldar.anr.logs"
        return About(database, journal, logs, root / "recordings", settings, self.player)

    def log_path(self, fill: Fill) -> Path:
        return self.logs / fill.log_name

    async def filled_of(self, gap_ids: Iterable[str]) -> list[str]:
        states = {row.id: row.gap.fill_state for row in self.snapshot.gaps}
        return [gap_id for gap_id in gap_ids if states.get(gap_id) is FillState.FILLED]

    async def gap_detail(self, gap_id: str) -> GapDetail:
        self.details += 1
        if self.error:
            raise self.error
        return gap_detail(self.snapshot, gap_id, MASKED)

    async def diagnosis(self, camera_id: str) -> Diagnosis:
        if self.error:
            raise self.error
        return self.diagnoses.get(
            camera_id, Diagnosis(camera_id, camera_id.replace("-", " "), None, (), has_worker=True)
        )

    async def frames(self, file: LandedRecord, *, is_large: bool = False) -> tuple[Frame, ...]:
        if self.error:
            raise self.error
        return frames(file)

    def landed_path(self, file: LandedRecord) -> Path:
        return self.recordings / file.camera_id / file.name

    async def stats(self, zone: tzinfo, days: int) -> Stats:
        self.readings += 1
        if self.error:
            raise self.error
        return make_stats(self.snapshot, self.past, zone, days, NOW)

    async def draft(self, camera_id: str | None) -> Draft:
        if self.error:
            raise self.error
        row = next((each for each in self.snapshot.cameras if each.id == camera_id), None)
        others = [each for each in self.snapshot.cameras if each is not row]
        taken = frozenset(text for each in others for text in (each.id, each.name))
        before = camera_of(row) if row else None
        return Draft(form_of(before) if before else CameraForm(), before, taken, is_ours=self.is_ours)

    async def save(self, draft: Draft, values: CameraValues, *, even_if_foreign: bool = False) -> SavedCamera:
        if self.error:
            raise self.error
        assert self.is_ours or even_if_foreign
        self.saved.append(values)
        before = draft.before or camera_of(self.snapshot.cameras[0])
        return SavedCamera(replace(before, name=values.name), draft.before is None, ("name",))

    def change(self, **changes: object) -> None:
        """Give the next read something new."""
        version = self.snapshot.version + 1
        self.snapshot = replace(self.snapshot, version=version, **changes)  # type: ignore[arg-type]  # many types

    def answer(self, request_id: int, state: RequestState, reason: str = "") -> None:
        """Let the worker say what became of a request."""
        kind, gap_id, fill_id = self.asked[request_id - 1]
        request = Request(request_id, kind, gap_id, fill_id, "anna", NOW, state, reason)
        others = tuple(each for each in self.snapshot.requests if each.id != request_id)
        self.change(requests=(*others, request))


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Chair:
    """A seat among other consoles, unless told to be the last."""

    last: bool = False

    def take(self) -> None:
        return

    def is_last(self) -> bool:
        return self.last


def console(
    view: RecordingView | None = None,
    start_worker: object = None,
    *,
    clock: Clock | None = None,
    environ: dict[str, str] | None = None,
    encoding: str = "utf-8",
    seat: Chair | None = None,
    display_settings: DisplaySettings | None = None,
) -> ConsoleApp:
    """The console on a site in memory."""
    return ConsoleApp(
        view or RecordingView(),
        start_worker,  # type: ignore[arg-type]  # tests pass plain async functions
        seat=seat or Chair(),
        clock=clock or Clock(),
        zone=ZONE,
        environ={"COLORTERM": "truecolor"} if environ is None else environ,
        encoding=encoding,
        display_settings=display_settings,
    )


def grid(app: BaseApp) -> list[str]:
    """What is on the screen, as lines of text."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return [strip.text.ljust(width) for strip in lines][:height]


def status_line(app: BaseApp) -> str:
    """What the console says in the last line but one."""
    return grid(app)[-2].strip()


async def until(pilot: Pilot[None], is_so: Callable[[], object]) -> None:
    """Wait for what a key sets off; a wait in vain ends with pytest's own time limit."""
    while not is_so():
        await pilot.pause(0.01)
    await pilot.pause()


async def settled(pilot: Pilot[None]) -> None:
    """Wait until everything that the last key set off is done and painted."""
    await pilot.pause()
    for worker in [worker for worker in pilot.app.workers if worker.group == WORKER_COMMANDS]:
        await worker.wait()
    await pilot.pause()
