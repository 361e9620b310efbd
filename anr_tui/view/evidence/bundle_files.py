"""The files of a bundle of evidence, as they are written and read.

`SHA256SUMS` lists every other file but the key and the signature, and the signature is that of this list. So openssl
and sha256sum check a bundle by themselves. Each line of `records.jsonl` and `chain.jsonl` is exactly what was digested.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

SUMS, SIGNATURE, PUBLIC_KEY = "SHA256SUMS", "SHA256SUMS.sig", "public_key.pem"
RECORDS, CHAIN, HEAD = "records.jsonl", "chain.jsonl", "head.txt"
FOOTAGE = "footage"

_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\x7f\\]{1,1024})", re.ASCII)
_PART = re.compile(r"(?!\.{0,2}$).+")


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A line of the list: a file's path in the bundle, and its SHA-256."""

    path: str
    sha256: str


def footage_path(camera_id: str, name: str) -> str:
    """Where a bundle has a landed file."""
    return f"{FOOTAGE}/{camera_id}/{name}"


def can_be_listed(path: str) -> bool:
    """Whether a path can stand in the list as it is: sha256sum would write some signs otherwise."""
    return _LINE.fullmatch(f"{'0' * 64}  {path}") is not None and _stays_inside(path)


def sums_text(files: Iterable[ListedFile]) -> str:
    """The list as sha256sum writes it."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files)


def read_sums(text: str) -> list[ListedFile]:
    """The list. Raises ValueError for a line that is none, or that names a place outside the bundle."""
    files = []
    for line in text.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line)
        if match is None or not _stays_inside(match[2]):
            raise ValueError(f"not a line of sha256sum: {line[:80]!r}")
        files.append(ListedFile(match[2], match[1]))
    return files


def _stays_inside(path: str) -> bool:
    return all(_PART.fullmatch(part) for part in path.split("/"))
