"""The front of what a camera plays, where it is the rest of an earlier session."""

from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.anchor import Anchor
from anr_tui.fill.placement.witnesses.front import begins_at_s
from tests.fill.placement.clips import at, digest, recorded, shown

RECORDED = recorded(*range(0, 40, 4))
STALE = [KeyFrame(0.0, b"stale"), KeyFrame(4.0, b"stale, too")]


def behind_stale(*seconds: int) -> list[KeyFrame]:
    """Key frames of these seconds that come 8 s after the first of an earlier session."""
    return [*STALE, *(KeyFrame(second - seconds[0] + 8.0, digest(second)) for second in seconds)]


def test_footage_of_one_session_begins_with_its_first_picture() -> None:
    assert begins_at_s(shown(range(8, 40, 4), begins_s=6), RECORDED, Anchor(at(20), 14.0), 1.0) == 0
    assert begins_at_s(shown(range(20, 40, 4), begins_s=20), RECORDED, Anchor(at(20), 0.0), 1.0) == 0


def test_what_the_recorder_has_otherwise_is_of_an_earlier_session() -> None:
    assert begins_at_s(behind_stale(16, 20, 24), RECORDED, Anchor(at(20), 12.0), 1.0) == 8


def test_what_the_recorder_has_elsewhere_is_of_an_earlier_session() -> None:
    frames = [KeyFrame(0.0, digest(0)), KeyFrame(4.0, digest(4)), *behind_stale(20, 24)[2:]]
    assert begins_at_s(frames, RECORDED, Anchor(at(20), 8.0), 1.0) == 8


def test_before_the_recordings_nothing_is_known_to_be_of_another_time() -> None:
    assert begins_at_s(behind_stale(16, 20, 24), recorded(16, 20), Anchor(at(16), 8.0), 1.0) == 0


def test_at_another_pace_key_frames_are_looked_for_where_they_stand() -> None:
    frames = [KeyFrame(index * 2.0, digest(4 * index)) for index in range(8)]
    assert begins_at_s(frames, RECORDED, Anchor(at(24), 12.0), 2.0) == 0
