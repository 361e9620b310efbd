"""What is printed of signed evidence: each problem in a line, and no control character of a bundle."""

from pathlib import Path

from anr_tui.domain.evidence.evidence_chain import ChainHead
from anr_tui.view.evidence.bundle import Export
from anr_tui.view.evidence.bundle_check import BundleFault, BundleProblem, BundleReport
from anr_tui.view.evidence.signing_key import KeyFiles
from anr_tui.view.tables.bundle_text import bundle_text, export_text, key_text

FILES = KeyFiles.beside(Path("/srv/heldar.anr.db"))


def test_a_new_key_is_to_be_copied_and_told() -> None:
    known, new = (key_text("5f3a", FILES, is_new=is_new) for is_new in (False, True))

    assert known.splitlines() == [
        "Fingerprint of this site's key: 5f3a",
        "Public key: /srv/heldar.anr.evidence.pub",
    ]
    assert new.startswith(known)
    assert "/srv/heldar.anr.evidence.key" in new


def test_an_export_names_what_is_not_in_it_first() -> None:
    export = Export(Path("bundle"), "5f3a", ChainHead(4, "ab"), 2, 1, ("gate/x.mp4: it is not there.",))

    assert export_text(export).splitlines() == [
        "left out    gate/x.mp4: it is not there.",
        "1 file and 2 records in bundle.",
        "Signed by the key 5f3a, chain up to 4:ab.",
    ]


def test_a_good_bundle_of_a_key_that_is_not_known_says_what_to_ask() -> None:
    report = BundleReport("5f3a", "4:ab", 2, 1, ())

    known, unknown = (bundle_text(report, is_key_known=is_known).splitlines() for is_known in (True, False))
    assert known == ["1 file, 2 records: good.", "Key 5f3a, chain up to 4:ab."]
    assert unknown[:2] == known
    assert "fingerprint" in unknown[2]


def test_what_a_bundle_says_itself_is_printed_without_control_characters() -> None:
    problem = BundleProblem(BundleFault.CHANGED, "footage/\x1b[2J was changed.")
    lines = bundle_text(BundleReport("5f3a", "\x1b[2J", 0, 0, (problem,)), is_key_known=True).splitlines()

    assert lines[0] == "changed       footage/ [2J was changed."
    assert all(line.isprintable() for line in lines)
    assert lines[1] == "0 files, 0 records: not good: 1 problem."
