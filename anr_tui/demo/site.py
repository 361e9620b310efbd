"""A whole simulated site in a folder: database, recordings with holes, and cameras that still hold what is missing."""

import asyncio
import secrets
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from anr_tui.demo.camera.camera import Auth, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import FRAMES_PER_SECOND
from anr_tui.demo.recorder import DEMO_SIZE, SQL, Filmed, Recorder, note_filmed, note_status
from anr_tui.demo.roles import HISTORY_S, RETENTION_HOURS, ROLES, SEGMENT_S, Role
from anr_tui.domain.timestamps import floor_second, format_stamp
from anr_tui.domain.window import Window
from anr_tui.platform.sqlite import Database
from anr_tui.sites.heldar.schema import create_site_database

if TYPE_CHECKING:
    from collections.abc import Sequence

_USERNAME = "admin"


class DemoSite:
    """The site in `root`. `async with` starts its cameras and writes their ports into the database.

    `cameras` and `recorders` are keyed by camera id; `filmed_until` is the end of the recorded history.
    """

    def __init__(self, root: Path, recorders: dict[str, Recorder], filmed_until: datetime) -> None:
        self.root = root
        self.database = root / "site.db"
        self.recordings = root / "recordings"
        self.recorders = recorders
        self.filmed_until = filmed_until
        self.cameras: dict[str, SimulatedCamera] = {}
        self._running = AsyncExitStack()

    @property
    def fillable(self) -> frozenset[str]:
        """The ids of the cameras whose gaps can be filled."""
        return frozenset(name for name, recorder in self.recorders.items() if recorder.role.can_fill)

    async def __aenter__(self) -> Self:
        database = await Database.open(self.database, mode="rw")
        try:
            async with AsyncExitStack() as starting:
                for row in await database.rows(SQL["logins"]):
                    camera = _camera(self.recorders[row["id"]], row["username"], row["password"])
                    self.cameras[row["id"]] = await starting.enter_async_context(camera)
                    await database.write(SQL["set_port"], {"id": row["id"], "port": camera.port})
                self._running = starting.pop_all()
        finally:
            await database.close()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()


async def build_site(
    root: Path, *, ffmpeg: str, now: datetime, roles: "Sequence[Role]" = ROLES, history_s: int = HISTORY_S
) -> DemoSite:
    """Make the site in a new or empty folder, with recordings, and holes in them, of the last `history_s` seconds.

    `now` is the end of that history. Raises SiteError where a site database exists already, AnrError when ffmpeg cannot
    encode.
    """
    recorders = {role.id: _recorder(root, role, ffmpeg) for role in roles}
    end = floor_second(now)
    site = DemoSite(root, recorders, end)
    create_site_database(site.database)
    history = Window(end - timedelta(seconds=history_s), end)
    filmed = await asyncio.gather(*(_film_history(recorder, history) for recorder in recorders.values()))
    database = await Database.open(site.database, mode="rw")
    try:
        await database.write(SQL["add_site"], {"at": format_stamp(history.start)})
        for camera, recorder in zip(filmed, recorders.values(), strict=True):
            await _add_camera(database, recorder.role, history.start)
            for each in camera:
                await note_filmed(database, each, now)
    finally:
        await database.close()
    return site


async def _film_history(recorder: Recorder, history: Window) -> list[Filmed]:
    lost = [
        Window(start, start + timedelta(seconds=length_s))
        for before_s, length_s in recorder.role.losses
        for start in [history.end - timedelta(seconds=before_s)]
    ]
    windows = recorder.role.footage_windows(history)
    return [await asyncio.to_thread(recorder.film, window, lost if window == history else ()) for window in windows]


async def _add_camera(database: Database, role: Role, at: datetime) -> None:
    row = {
        "id": role.id,
        "name": role.name,
        "address": SimulatedCamera.host,
        "username": _USERNAME,
        "password": secrets.token_urlsafe(9),
        "resolution": f"{DEMO_SIZE[0]}x{DEMO_SIZE[1]}",
        "fps": FRAMES_PER_SECOND,
        "segment_s": SEGMENT_S,
        "retention_hours": RETENTION_HOURS,
        "at": format_stamp(at),
    }
    await database.write(SQL["add_camera"], row)
    if role.is_reachable:
        await note_status(database, role.id, "recording", None, at)
    else:
        await note_status(database, role.id, "offline", "connection refused", at)


def _recorder(root: Path, role: Role, ffmpeg: str) -> Recorder:
    card, recordings = root / "cards" / role.id, root / "recordings" / role.id
    for directory in (card, recordings):
        directory.mkdir(parents=True, exist_ok=True)
    return Recorder(role, card=card, recordings=recordings, ffmpeg=ffmpeg)


def _camera(recorder: Recorder, username: str, password: str) -> SimulatedCamera:
    role = recorder.role
    return SimulatedCamera(
        Card(recorder.card),
        username=username,
        password=password,
        auth=Auth.DIGEST,
        pace=role.pace,
        faults=role.faults,
    )
