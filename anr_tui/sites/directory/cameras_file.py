"""The cameras of a directory: those that `cameras.toml` in its root describes, and its other directories.

    time_zone = "Europe/Berlin"

    [cameras.gate]                      # the name of its directory
    name = "Front gate"
    vendor = "hikvision"
    address = "192.0.2.11"
    username = "operator"
    password = "…"                      # plain, or sealed as Heldar seals it
    anr_enabled = true
    retention_hours = 720

A camera without an entry has its recordings and gaps shown, and nothing is fetched for it.
"""

import asyncio
import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import SiteError
from anr_tui.domain.secret import Secret
from anr_tui.sites.interface import CameraValues
from anr_tui.sites.recordings.layout import camera_directory
from anr_tui.sites.rows import Rows

FILE_NAME = "cameras.toml"
_FOREVER_HOURS = 1_000_000
_DEFAULTS: Mapping[str, str | int | bool] = {
    "name": "",
    "vendor": "generic",
    "address": "",
    "rtsp_port": 554,
    "username": "",
    "password": "",
    "record_stream": "main",
    "record_audio": False,
    "retention_hours": _FOREVER_HOURS,
    "segment_seconds": 0,
    "anr_enabled": False,
    "replay_url_template": "",
}
_KIND_WORDS = {str: "a text", int: "a whole number", bool: "true or false"}
# File systems create it in the root of a disk.
_NO_CAMERAS = {"lost+found"}


class CamerasFile:
    """Reads the cameras below `root` from `cameras.toml` and the directories; people change the file with an editor."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = root / FILE_NAME

    async def all(self) -> Rows[Camera]:
        """All cameras, by name. Raises SiteError where the file or the directory cannot be read."""
        return await asyncio.to_thread(self.read)

    async def camera(self, camera_id: str) -> Camera | None:
        """One camera; None where there is none of that id, or its entry cannot be read. Raises SiteError."""
        return next((each for each in (await self.all()).good if each.id == camera_id), None)

    async def time_zone(self) -> str:
        """The `time_zone` of the file, "" where it has none."""
        try:
            entries = await asyncio.to_thread(self._entries)
        except SiteError:
            return ""
        zone = entries.get("time_zone", "")
        return zone if isinstance(zone, str) else ""

    async def is_ours(self) -> bool:
        """False: the file is written by people."""
        return False

    async def add(self, values: CameraValues, at: datetime, *, even_if_foreign: bool = False) -> str:
        """Raise SiteError, because only people change the file."""
        raise self._refusal()

    async def change(
        self, camera_id: str, seen: str, values: CameraValues, at: datetime, *, even_if_foreign: bool = False
    ) -> None:
        """Raise SiteError, because only people change the file."""
        raise self._refusal()

    def read(self) -> Rows[Camera]:
        """All cameras, by name. Blocking. Raises SiteError."""
        entries = self._entries()
        described = entries.get("cameras", {})
        if not isinstance(described, dict):
            raise SiteError(f"`cameras` in {self._path} is no table.", "Give each camera a table: [cameras.gate].")
        good, problems = [], []
        for camera_id in sorted({*described, *self._directories()}):
            try:
                camera_directory(self._root, camera_id)
                good.append(_camera(camera_id, described.get(camera_id, {})))
            except SiteError as error:
                problems.append(str(error))
            except ValueError as error:
                problems.append(f"The camera {camera_id!r} in {FILE_NAME} was left out: {error}.")
        return Rows(tuple(sorted(good, key=lambda camera: (camera.name, camera.id))), tuple(problems))

    def _directories(self) -> set[str]:
        try:
            names = {path.name for path in self._root.iterdir() if _may_be_camera(path)}
        except OSError as error:
            raise SiteError(f"The directory {self._root} cannot be read: {error.strerror}.") from None
        return names - _NO_CAMERAS

    def _entries(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SiteError(f"{self._path} cannot be read: {error.strerror}.") from None
        except ValueError as error:
            raise SiteError(f"{self._path} is no TOML: {error}.") from None

    def _refusal(self) -> SiteError:
        return SiteError(f"The cameras of this site are written in {self._path}.", "Change them there.")


def _may_be_camera(path: Path) -> bool:
    """Whether a path is a directory of a camera, or cannot be examined: it then shows its error when it is read."""
    if path.name.startswith("."):
        return False
    try:
        return path.is_dir()
    except OSError:
        return True


def _camera(camera_id: str, entry: object) -> Camera:
    """The camera that an entry describes.

    Raises ValueError, in an operator's words and without any value, for an entry that cannot be used.
    """
    if not isinstance(entry, dict):
        raise ValueError("it is no table")
    for key, value in entry.items():
        if key not in _DEFAULTS:
            near = difflib.get_close_matches(str(key), _DEFAULTS, n=1)
            raise ValueError(f"it has no {key!r}" + (f", but {near[0]!r}" if near else ""))
        kind = type(_DEFAULTS[key])
        if type(value) is not kind or (isinstance(value, int) and value < 0):
            raise ValueError(f"{key} is not {_KIND_WORDS[kind]}")
    values: dict[str, Any] = {**_DEFAULTS, **entry}
    return Camera(
        id=camera_id,
        name=values["name"] or camera_id,
        vendor=values["vendor"],
        address=values["address"] or None,
        rtsp_port=values["rtsp_port"] or 554,
        username=values["username"] or None,
        password=_secret(values["password"]),
        record_stream=values["record_stream"],
        record_audio=values["record_audio"],
        retention_hours=min(values["retention_hours"], _FOREVER_HOURS),
        segment_seconds=values["segment_seconds"],
        anr_enabled=values["anr_enabled"],
        replay_url_template=_secret(values["replay_url_template"]),
        state="unknown",
        updated_at=_mark(entry),
    )


def _mark(entry: Mapping[str, object]) -> str:
    """A text that changes when the entry does. It is written to the journal, and too short to reveal the password."""
    return hashlib.sha256(repr(sorted(entry.items())).encode()).hexdigest()[:4]


def _secret(text: str) -> Secret | None:
    return Secret(text) if text else None
