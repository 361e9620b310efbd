"""The cameras of the demo site."""

import pytest

from anr_tui.demo.roles import ROLES, Role


def test_the_cast_is_as_promised() -> None:
    cast = {role.id: role for role in ROLES}
    assert len(cast) == len(ROLES) == 6
    assert [name for name, role in cast.items() if not role.has_card] == ["server-room"]
    assert [name for name, role in cast.items() if not role.is_reachable] == ["north-fence"]
    assert [name for name, role in cast.items() if role.faults.max_sessions == 1] == ["reception"]
    assert [name for name, role in cast.items() if role.faults.closes_after_s] == ["car-park"]
    assert [name for name, role in cast.items() if role.faults.start.offset_s < 0] == ["front-gate"]
    assert [name for name, role in cast.items() if role.faults.clock.local_time_offset_s] == ["reception"]
    assert isinstance(cast["front-gate"], Role)
    assert not cast["front-gate"].pace.honours_rate_control


@pytest.mark.parametrize("name", ["front-gate", "reception"])
def test_the_cameras_that_play_another_time_are_known_by_their_pictures_alone(name: str) -> None:
    role = next(role for role in ROLES if role.id == name)
    assert role.faults.refuses_require
    assert role.can_fill
