"""Which file a database URL means to Heldar, and which one a person may have meant by it."""

from pathlib import Path
from urllib.parse import unquote


def sqlite_path(url: str) -> Path:
    """The file that an SQLite URL means to Heldar: `sqlite://` (or `sqlite:`) off, cut at `?`, percent-decoded.

    A text without that scheme is a path as it stands.
    """
    for scheme in ("sqlite://", "sqlite:"):
        if url.startswith(scheme):
            return Path(unquote(url[len(scheme) :].partition("?")[0]))
    return Path(url)


def other_reading(url: str) -> Path | None:
    """The other file that a person may have meant by an SQLite URL, where there is one.

    `sqlite:///./data/x.db` is the absolute `/data/x.db`, but reads like a relative path; and the other way round.
    """
    path = sqlite_path(url)
    if not url.startswith("sqlite:"):
        return None
    return Path(str(path).lstrip("/")) if path.is_absolute() else Path("/") / path
