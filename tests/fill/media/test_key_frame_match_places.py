"""Key frames of the same picture have the same digest, wherever and in whatever company they were sent."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import FillError
from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames, place_of

pictures = st.lists(st.integers(0, 5), max_size=20)


def frames_of(shown: list[int]) -> list[KeyFrame]:
    return [KeyFrame(float(at_s), bytes([picture])) for at_s, picture in enumerate(shown)]


@given(pictures, st.integers(0, 5))
def test_a_picture_has_a_place_only_where_it_is_shown_once(shown: list[int], picture: int) -> None:
    """A still scene gives many equal pictures: none of them says where."""
    place = place_of(KeyFrame(0.0, bytes([picture])), frames_of(shown))

    assert place == (shown.index(picture) if shown.count(picture) == 1 else None)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_the_same_footage_further_on_in_another_file_is_recognized(codec: str, make_part) -> None:
    whole, jumped = key_frames(make_part(codec)), key_frames(make_part(codec, jump_s=30))

    assert len({frame.digest for frame in whole}) == len(whole) > 1
    assert [frame.digest for frame in jumped] == [frame.digest for frame in whole]
    assert place_of(whole[-1], jumped) == pytest.approx(whole[-1].at_s + 30)


def test_key_frames_come_in_order_with_their_media_times(make_part) -> None:
    assert [frame.at_s for frame in key_frames(make_part())] == pytest.approx([0, 2, 4, 6])


def test_what_is_no_media_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "20260613_120000.mp4.part"
    path.write_bytes(b"nothing that plays")

    with pytest.raises(FillError, match=path.name):
        key_frames(path)
