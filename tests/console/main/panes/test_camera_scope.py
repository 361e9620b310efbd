"""The gaps of one camera, and the same answer for as long as nothing changed."""

from anr_tui.console.main.panes.camera_scope import CameraScope
from tests.view.rows import gap_row

GATE, DOCK = gap_row(0, 60), gap_row(0, 60, camera="dock")
ROWS = (GATE, DOCK)


def test_only_the_gaps_of_the_camera_are_there() -> None:
    scope = CameraScope()

    assert scope.rows(ROWS, "dock") == (DOCK,)
    assert scope.rows(ROWS, "gone") == ()
    assert scope.rows(ROWS, None) is ROWS


def test_the_answer_is_the_same_object_until_gaps_or_camera_change() -> None:
    scope = CameraScope()
    first = scope.rows(ROWS, "gate")

    assert scope.rows(ROWS, "gate") is first
    assert scope.rows((DOCK,), "gate") == ()
    assert scope.rows(ROWS, "gate") == first
