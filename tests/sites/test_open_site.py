"""Every folder of a kind of site is one that can be opened."""

from tests.documents import PROJECT, imported_modules


def test_every_kind_of_site_that_is_written_can_be_opened() -> None:
    opener = imported_modules(PROJECT / "anr_tui/sites/open_site.py")
    written = {f"anr_tui.sites.{file.parent.name}.site" for file in (PROJECT / "anr_tui/sites").glob("*/site.py")}

    assert written
    assert written <= opener
