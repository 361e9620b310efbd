"""The limits that fetches read under: by the time of day, for the site and for each camera, and none while halted."""

from datetime import UTC, datetime

import pytest

from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.worker.scheduling.bandwidth import Bandwidth

MORNING, EVENING = (datetime(2026, 6, 13, hour, tzinfo=UTC) for hour in (9, 20))


def rates(bandwidth: Bandwidth, camera_id: str = "gate") -> tuple[int | None, ...]:
    return tuple(limit.rate for limit in bandwidth.limits(camera_id))


def test_a_fetch_that_runs_is_slowed_down_as_the_hour_comes() -> None:
    bandwidth = Bandwidth(FillPolicy(bandwidth="08:00 2M, 19:00 8M", bandwidth_per_camera="500k"))
    bandwidth.apply(MORNING, is_halted=False)
    running = bandwidth.limits("gate")
    assert tuple(limit.rate for limit in running) == (2_000_000, 500_000)

    bandwidth.apply(EVENING, is_halted=False)
    assert tuple(limit.rate for limit in running) == (8_000_000, 500_000)


def test_cameras_share_the_limit_of_the_site_and_have_their_own_beside_it() -> None:
    bandwidth = Bandwidth(FillPolicy(bandwidth="2M", bandwidth_per_camera="500k"))
    bandwidth.apply(MORNING, is_halted=False)
    (site, gate), (of_all, dock) = bandwidth.limits("gate"), bandwidth.limits("dock")

    assert site is of_all
    assert gate is not dock
    assert bandwidth.limits("gate")[1] is gate, "two pieces of one camera share it"


def test_a_camera_that_is_first_asked_later_is_held_back_at_once() -> None:
    bandwidth = Bandwidth(FillPolicy(bandwidth_per_camera="500k"))
    bandwidth.apply(MORNING, is_halted=False)

    assert rates(bandwidth, "new") == (None, 500_000)


def test_a_halt_stops_all_and_its_end_brings_the_timetable_back() -> None:
    bandwidth = Bandwidth(FillPolicy(bandwidth="2M"))
    bandwidth.apply(MORNING, is_halted=True)
    assert bandwidth.is_closed
    assert rates(bandwidth)[0] == 0

    bandwidth.apply(MORNING, is_halted=False)
    assert not bandwidth.is_closed
    assert rates(bandwidth)[0] == 2_000_000


@pytest.mark.parametrize("field", ["bandwidth", "bandwidth_per_camera"])
def test_a_timetable_that_halts_closes_the_line_for_its_hours(field: str) -> None:
    bandwidth = Bandwidth(FillPolicy(**{field: "08:00 halt, 19:00 2M"}))
    closed = []
    for moment in (MORNING, EVENING):
        bandwidth.apply(moment, is_halted=False)
        closed.append(bandwidth.is_closed)

    assert closed == [True, False]
