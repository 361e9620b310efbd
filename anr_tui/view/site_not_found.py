"""The reason why no site was found: the setting that named its path, and what is there instead."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import humanize
import platformdirs

from anr_tui.config.settings import Settings
from anr_tui.config.sqlite_url import other_reading
from anr_tui.domain.errors import SiteError, SiteLockedError
from anr_tui.sites.open_site import open_site

_SETTING = "heldar_database_url"


@dataclass(frozen=True, slots=True)
class NoSite:
    """The result of a search that found no site.

    `origin` is the setting that named `path`, and `found` what is there, both in words; `is_by_flag` says that it was
    the command line, `is_in_environment` that it was the environment, which no settings file can override. `other` is a
    file that may have been meant; `proposed` is where a new site could be made.
    """

    path: Path
    origin: str
    found: str
    error: SiteError
    proposed: Path
    other: Path | None = None
    is_by_flag: bool = False
    is_in_environment: bool = False


async def look_for_site(settings: Settings, origins: Mapping[str, str], *, is_read_only: bool) -> NoSite | None:
    """The reason why there is no site; None where it can be opened, or is only locked by another program for now."""
    try:
        site = await open_site(settings, is_read_only=is_read_only)
    except SiteLockedError:
        return None
    except SiteError as error:
        path = settings.database_path.absolute()
        return NoSite(
            path=path,
            origin=_origin_words(origins[_SETTING]),
            found=found_at(path),
            error=error,
            proposed=_proposed(settings, origins),
            other=_other(settings),
            is_by_flag=origins[_SETTING] == "command line",
            is_in_environment=origins[_SETTING] == "environment",
        )
    await site.close()
    return None


def found_at(path: Path) -> str:
    """What is at a path, in words: a file with its size, mode and owner, something else, or nothing."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "nothing" if path.parent.is_dir() else f"nothing, and there is no folder {path.parent}"
    except OSError as error:
        return f"something that cannot be read: {error.strerror}"
    owner = f"{stat.filemode(status.st_mode)}, of user {status.st_uid}, group {status.st_gid}"
    if stat.S_ISDIR(status.st_mode):
        return f"a folder ({owner})"
    if not stat.S_ISREG(status.st_mode):
        return f"no regular file ({owner})"
    may_read = os.access(path, os.R_OK)
    return f"a file of {humanize.naturalsize(status.st_size)} ({owner}){'' if may_read else ', which you may not read'}"


def _origin_words(origin: str) -> str:
    name = _SETTING.upper()
    if origin == "default":
        return f"nothing says where it is (--database, {name}, config.toml), and this is the default"
    return {"command line": "--database says so", "environment": f"{name} in the environment says so"}.get(
        origin, f"{_SETTING} in {origin} says so"
    )


def _proposed(settings: Settings, origins: Mapping[str, str]) -> Path:
    """The path for a new site: the one that was named, if free; else in the named folder of Heldar; else in our own."""
    path = settings.database_path
    if origins[_SETTING] != "default" and not os.path.lexists(path):
        return path.absolute()
    if origins["heldar_data_dir"] != "default":
        return settings.heldar_data_dir.absolute() / "site.db"
    return platformdirs.user_data_path("anr-tui") / "site.db"


def _other(settings: Settings) -> Path | None:
    other = other_reading(settings.heldar_database_url)
    try:
        return other.absolute() if other is not None and other.is_file() else None
    except OSError:
        return None
