"""Each kind of site with the same cameras and the same gaps, made as its recorder and its people would make it."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from anr_tui.config.settings import Settings, load_settings
from anr_tui.domain.timestamps import floor_second, format_file_stem, format_stamp, now_utc
from anr_tui.domain.window import Window, subtract
from anr_tui.sites.directory import gap_ledger
from tests.heldar_site import HeldarSite

SPAN = timedelta(hours=3)

Footage = Callable[[float], Path]
"""A file with so many seconds of video, ten at a time."""


def make_footage(ffmpeg: str, directory: Path) -> Footage:
    """Real files of any length that is a multiple of ten seconds: a picture every ten seconds makes them small."""

    def footage(length_s: float) -> Path:
        path = directory / f"{length_s:.0f}.mp4"
        if not path.exists():
            source = ["-f", "lavfi", "-i", f"color=size=64x48:rate=1/10:duration={length_s:.0f}"]
            command = [ffmpeg, "-nostdin", "-v", "error", *source, "-preset", "ultrafast", "-movflags", "+faststart"]
            subprocess.run([*command, str(path)], check=True)
        return path

    return footage


class SiteKind(ABC):
    """A site whose cameras have recorded the last three hours before `now`, except for what was lost."""

    def __init__(self, root: Path, footage: Footage) -> None:
        self.root = root
        self.now = floor_second(now_utc())
        self.span = Window(self.now - SPAN, self.now)
        self._footage = footage

    def hole(self, minutes_ago: float, seconds: float = 300) -> Window:
        """A window that began so many minutes ago."""
        start = self.now - timedelta(minutes=minutes_ago)
        return Window(start, start + timedelta(seconds=seconds))

    def record(self, camera_id: str, *lost: Window) -> None:
        """The camera recorded everything but this; the recorder has noted it, where it notes anything."""
        directory = self.settings.recordings_dir / camera_id
        directory.mkdir(exist_ok=True)
        for held in subtract(self.span, lost):
            self.put(camera_id, held)

    def put(self, camera_id: str, window: Window) -> Path:
        """One recording of this window."""
        path = self.settings.recordings_dir / camera_id / f"{format_file_stem(window.start)}.mp4"
        shutil.copy(self._footage(window.seconds), path)
        # As it would be of a file that was closed a while ago.
        os.utime(path.parent, (self.now.timestamp() - 60,) * 2)
        return path

    @abstractmethod
    def let_it_look_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of a kind that looks for changes only now and then: as if it was always time to."""

    @property
    @abstractmethod
    def gap_database(self) -> Path:
        """The SQLite file with the gaps."""

    def change_gap(self, gap_id: str, window: Window) -> None:
        """The recorder finds out that a gap is longer or shorter than it said."""
        self.write_gap_times(gap_id, format_stamp(window.start), format_stamp(window.end))

    def write_gap_times(self, gap_id: str, start: str, end: str) -> None:
        """The start and the end of a gap's row, as text."""
        with contextlib.closing(sqlite3.connect(self.gap_database, timeout=10)) as connection:
            connection.execute(
                "UPDATE recording_gaps SET gap_start = ?, gap_end = ? WHERE id = ?", (start, end, gap_id)
            )
            connection.commit()

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """Those that open the site."""

    @abstractmethod
    def add_camera(self, camera_id: str, **columns: Any) -> None:
        """A camera with ANR on, unless told otherwise."""

    @abstractmethod
    def add_bad_camera(self) -> None:
        """A camera whose entry cannot be read."""


class Heldar(SiteKind):
    """Heldar's database and recordings."""

    def __init__(self, root: Path, footage: Footage) -> None:
        super().__init__(root, footage)
        self._site = HeldarSite(root)
        self._site.execute("DELETE FROM cameras")

    def let_it_look_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It does already."""

    @property
    def gap_database(self) -> Path:
        return self._site.database

    @property
    def settings(self) -> Settings:
        return self._site.settings()

    def add_camera(self, camera_id: str, **columns: Any) -> None:
        self._site.add_camera(camera_id, **{"retention_hours": 1000, **columns})

    def add_bad_camera(self) -> None:
        self._site.add_camera("odd", retention_hours="for ever")

    def record(self, camera_id: str, *lost: Window) -> None:
        super().record(camera_id, *lost)
        for window in lost:
            times = {"gap_start": format_stamp(window.start), "gap_end": format_stamp(window.end)}
            gap_id = f"gap_{camera_id}_{format_file_stem(window.start)}"
            self._site.add_gap(gap_id, camera_id, **times, gap_seconds=int(window.seconds))


class Directory(SiteKind):
    """A directory with `cameras.toml`."""

    def __init__(self, root: Path, footage: Footage) -> None:
        super().__init__(root, footage)
        self._root = root / "recordings"
        self._root.mkdir()

    def let_it_look_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gap_ledger, "LOOK_EVERY_S", 0.0)

    @property
    def gap_database(self) -> Path:
        return self.root / "site.anr.gaps.db"

    @property
    def settings(self) -> Settings:
        flags = {"heldar_recordings_dir": self._root, "anr_journal": self.root / "site.anr.db"}
        return load_settings(None, anr_site="directory", **flags)

    def add_camera(self, camera_id: str, **columns: Any) -> None:
        self._write(camera_id, {"anr_enabled": True, **columns})
        (self._root / camera_id).mkdir(exist_ok=True)

    def add_bad_camera(self) -> None:
        self._write("odd", {"retention_hours": "for ever"})

    def _write(self, camera_id: str, entry: Mapping[str, Any]) -> None:
        lines = [f"[cameras.{camera_id}]", *(f"{key} = {_toml(value)}" for key, value in entry.items())]
        with (self._root / "cameras.toml").open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def _toml(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return str(bool(value)).lower() if isinstance(value, bool) else str(value)


KINDS: Sequence[type[SiteKind]] = (Heldar, Directory)
