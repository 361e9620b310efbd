"""Signed evidence as text, and its fields for JSON: the site's key, an export, and the check of a bundle."""

from anr_tui.platform.text import plain_line
from anr_tui.view.evidence.bundle import Export
from anr_tui.view.evidence.bundle_check import BundleReport
from anr_tui.view.evidence.signing_key import KeyFiles
from anr_tui.view.tables.text_tables import Fields


def key_fields(fingerprint: str, files: KeyFiles) -> Fields:
    """The fields of the site's key for JSON; nothing private is among them."""
    return {"fingerprint": fingerprint, "public_key": str(files.public)}


def key_text(fingerprint: str, files: KeyFiles, *, is_new: bool) -> str:
    """The site's key as text."""
    lines = [f"Fingerprint of this site's key: {fingerprint}", f"Public key: {files.public}"]
    if is_new:
        lines.append(f"Made anew, in {files.private}. Keep a copy of that file where nobody else can read it, and give")
        lines.append("the fingerprint to those who will check evidence.")
    return "\n".join(lines)


def export_fields(export: Export) -> Fields:
    """The fields of an export for JSON."""
    return {
        "path": str(export.path),
        "fingerprint": export.fingerprint,
        "head": str(export.head),
        "records": export.records,
        "files": export.files,
        "left_out": list(export.left_out),
    }


def export_text(export: Export) -> str:
    """An export as text: a line for each thing that is not in it, and what is."""
    lines = [f"left out    {plain_line(words)}" for words in export.left_out]
    files = _counted(export.files, "file")
    return "\n".join(
        [
            *lines,
            f"{files} and {_counted(export.records, 'record')} in {plain_line(str(export.path))}.",
            f"Signed by the key {export.fingerprint}, chain up to {export.head}.",
        ]
    )


def bundle_fields(report: BundleReport) -> Fields:
    """The fields of a checked bundle for JSON."""
    return {
        "is_good": report.is_good,
        "fingerprint": report.fingerprint,
        "head": report.head,
        "records": report.records,
        "files": report.files,
        "problems": [{"fault": each.fault, "words": each.words} for each in report.problems],
    }


def bundle_text(report: BundleReport, *, is_key_known: bool) -> str:
    """A checked bundle as text: a line for each problem, then whose it is."""
    count = len(report.problems)
    state = "good" if report.is_good else f"not good: {_counted(count, 'problem')}"
    lines = [f"{each.fault:<13} {plain_line(each.words)}" for each in report.problems]
    lines.append(f"{_counted(report.files, 'file')}, {_counted(report.records, 'record')}: {state}.")
    lines.append(plain_line(f"Key {report.fingerprint}, chain up to {report.head}."))
    if not is_key_known:
        lines.append("Ask the site for its key's fingerprint: anybody can sign such a bundle with a key of their own.")
    return "\n".join(lines)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
