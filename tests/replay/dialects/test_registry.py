"""Every dialect that is written is one that a camera can speak, and an operator can read how."""

from anr_tui.replay.dialects.registry import DIALECTS
from tests.documents import PROJECT, defined_names, imported_modules, module_name, rows, sections


def test_every_dialect_that_is_written_is_registered() -> None:
    folder = PROJECT / "anr_tui/replay/dialects"
    registered = imported_modules(folder / "registry.py")
    for file in folder.glob("*.py"):
        dialects = {name for name in defined_names(file) if name.endswith(".refusal")}
        assert not dialects or module_name(str(file.relative_to(PROJECT))) in registered, dialects


def test_the_setup_page_says_what_to_set_for_every_vendor_that_needs_no_template() -> None:
    page = " ".join(row[0] for row in rows(sections("docs/setup.md")["Cameras"])).casefold()

    assert [each.name for each in DIALECTS if not each.needs_template and each.name not in page] == []
