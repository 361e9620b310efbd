"""The list of a bundle is that of sha256sum, and leads nowhere else."""

import pytest

from anr_tui.view.evidence.bundle_files import ListedFile, can_be_listed, read_sums, sums_text

DIGEST = "ab" * 32
LISTED = [ListedFile("footage/gate/20260613_110000.mp4", DIGEST), ListedFile("head.txt", "cd" * 32)]


def test_what_is_written_is_read() -> None:
    assert read_sums(sums_text(LISTED)) == LISTED


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "footage/../../x", "footage//x", "./x", "a\nb", "a\\b", "", "a\x1b"]
)
def test_no_path_leads_out_of_the_bundle_or_into_another_line(path: str) -> None:
    assert not can_be_listed(path)
    with pytest.raises(ValueError, match="not a line of sha256sum"):
        read_sums(f"{DIGEST}  {path}\n")


@pytest.mark.parametrize("text", ["", "\n", f"{DIGEST} x\n", f"{DIGEST[1:]}  x\n", f"\\{DIGEST}  x\n"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a line of sha256sum"):
        read_sums(text)
