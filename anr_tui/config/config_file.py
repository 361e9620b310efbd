"""Adds settings to `config.toml`, and leaves everything that a person has written in it unchanged."""

import os
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from anr_tui.domain.errors import SettingsError

_NEW_MODE = 0o600
_FOLDER_MODE = 0o700


def setting_lines(values: Mapping[str, str]) -> str:
    """The settings as lines of TOML, each with its line feed."""
    import tomlkit  # imported late, because few starts write a setting

    return "".join(f"{name} = {tomlkit.string(value).as_string()}\n" for name, value in values.items())


def read_settings_file(path: Path) -> dict[str, object]:
    """The settings in the file; empty where there is no file. Raises SettingsError where it cannot be read."""
    return _read(path)[1]


def add_settings(path: Path, values: Mapping[str, str]) -> None:
    """Add settings that the file does not have yet, ahead of its tables; only its owner can read a new file.

    Raises SettingsError, with the lines to write by hand, where that cannot be done.
    """
    by_hand = f"Write it by hand: {setting_lines(values).strip()}"
    text, before = _read(path)
    if before.keys() & values.keys():
        raise SettingsError(f"{path} already has another value for this.", by_hand)
    try:
        _replace(path, _with_settings(text, before, values))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be written: {_words(error)}.", by_hand) from None


def _read(path: Path) -> tuple[str, dict[str, object]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return "", {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: {_words(error)}.") from None


def _with_settings(text: str, before: Mapping[str, object], values: Mapping[str, str]) -> str:
    """The text with the settings added, its lines and comments unchanged.

    Raises ValueError where that is not possible.
    """
    import tomlkit

    document = tomlkit.parse(text)
    for name, value in values.items():
        document.add(name, tomlkit.string(value))
    written = tomlkit.dumps(document)
    if tomllib.loads(written) != {**before, **values}:
        raise ValueError("other settings would change with it")
    return written


def _replace(path: Path, text: str) -> None:
    """Replace a file, so that it is whole at every moment; a symbolic link stays one."""
    target = path.resolve()
    target.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    new = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(_NEW_MODE)
        if target.exists():
            shutil.copymode(target, new)
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
