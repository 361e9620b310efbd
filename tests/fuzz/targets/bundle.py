"""A bundle of evidence from a stranger: whatever its texts hold, problems are found, and nothing else happens."""

import tempfile
from pathlib import Path

from anr_tui.view.evidence import bundle_files
from anr_tui.view.evidence.bundle_check import check_bundle
from anr_tui.view.evidence.bundle_files import can_be_listed, read_sums, sums_text
from anr_tui.view.tables.bundle_text import bundle_text

_TEXTS = (bundle_files.CHAIN, bundle_files.RECORDS, bundle_files.HEAD, bundle_files.SUMS, bundle_files.PUBLIC_KEY)


def bundle(data: bytes) -> None:
    """Chain, records, head, list and key, separated by bytes of zero; there is no signature."""
    parts = data.split(b"\0", len(_TEXTS) - 1)
    parts += [b""] * (len(_TEXTS) - len(parts))
    _check_list(parts[3].decode("utf-8", "replace"))
    with tempfile.TemporaryDirectory() as directory:
        for name, content in zip(_TEXTS, parts, strict=True):
            (Path(directory) / name).write_bytes(content)
        report = check_bundle(Path(directory))
    assert not report.is_good
    lines = bundle_text(report, is_key_known=True).split("\n")
    assert len(lines) == len(report.problems) + 2
    assert all(line.isprintable() for line in lines)


def _check_list(text: str) -> None:
    try:
        files = read_sums(text)
    except ValueError:
        return
    assert sums_text(files).removesuffix("\n") == text.removesuffix("\n")
    assert all(can_be_listed(file.path) for file in files)
