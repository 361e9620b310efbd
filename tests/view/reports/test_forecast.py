"""When the backlog is done: never before the work allows, and never made up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.config.bandwidth_schedule import parse_bandwidth_schedule
from anr_tui.journal.tables.rows import FillPace
from anr_tui.view.reports.backlog import Backlog, Task
from anr_tui.view.reports.camera_speed import CameraSpeed
from anr_tui.view.reports.forecast import Forecast, capped_s, make_forecast, makespan_s
from anr_tui.view.snapshot.snapshot import WorkerState
from tests.view.reports.forecast_builders import NOW, policy


def pace(camera: str, rate: float, *, device: str = "", size_bytes: int = 0) -> CameraSpeed:
    fill = FillPace(camera, NOW, rate, rate * 10, 10.0, size_bytes)
    return CameraSpeed(camera, camera, device or camera, (fill,))


def forecast(
    tasks: list[Task], paces: list[CameraSpeed], *, state: WorkerState = WorkerState.RUNNING, **more: object
) -> Forecast:
    return make_forecast(Backlog(tuple(tasks)), paces, {}, policy(**more), state, NOW, UTC)


# When it is done.


def test_devices_work_side_by_side_and_cameras_of_one_after_the_other() -> None:
    tasks = [Task("a", "one", 1, 100.0), Task("b", "one", 1, 100.0), Task("c", "two", 1, 50.0)]
    paces = [pace(name, 1.0) for name in "abc"]
    assert forecast(tasks, paces).takes_s == 200
    assert forecast(tasks, paces, anr_sessions_per_device=2).takes_s == 100
    assert forecast(tasks, paces, anr_max_fills=1).takes_s == 250
    done = forecast(tasks, paces, anr_rest_s=2)
    assert (done.takes_s, done.done_at) == (204, NOW + timedelta(seconds=204))
    assert done.assumption == "at the speeds measured, 4 fills at once"


def test_a_device_that_took_fewer_sessions_is_asked_for_fewer() -> None:
    tasks = (Task("a", "one", 1, 100.0), Task("b", "one", 1, 100.0))
    paces, two = [pace("a", 1.0), pace("b", 1.0)], policy(anr_sessions_per_device=2)
    assert make_forecast(Backlog(tasks), paces, {"one": 1}, two, WorkerState.RUNNING, NOW, UTC).takes_s == 200


def test_a_camera_never_measured_is_taken_for_its_device_and_else_for_all() -> None:
    paces = [pace("a", 2.0, device="one"), pace("b", 8.0, device="two")]
    assert forecast([Task("c", "one", 1, 100.0)], paces).takes_s == 50
    found = forecast([Task("c", "three", 1, 100.0)], paces)
    assert found.takes_s == 20
    assert found.assumption.endswith("1 camera not measured: assumed to be like the others")
    remembered = CameraSpeed("a", "a", "one", remembered=4.0)
    assert forecast([Task("a", "one", 1, 100.0)], [remembered]).takes_s == 25


def test_what_is_not_known_is_not_made_up() -> None:
    tasks = [Task("a", "one", 1, 100.0)]
    assert forecast(tasks, [CameraSpeed("a", "a", "one")]) == Forecast(why_not="no speed was measured yet")
    assert forecast([], []) == Forecast(takes_s=0.0)
    for state in (WorkerState.NONE, WorkerState.LOST, WorkerState.PAUSED, WorkerState.HALTED):
        found = forecast(tasks, [pace("a", 1.0)], state=state)
        assert (found.takes_s, found.done_at) == (100, None)
        assert found.why_not
    never = forecast(tasks, [pace("a", 1.0, size_bytes=1000)], anr_bandwidth="halt")
    assert (never.takes_s, never.done_at, never.why_not) == (None, None, "the bandwidth caps allow no traffic")
    assert forecast([Task("a", "one", 1, 1e12)], [pace("a", 1.0)]).takes_s is None


def test_a_cap_holds_back_by_the_time_of_the_day() -> None:
    noon = datetime(2026, 6, 13, 12, tzinfo=UTC)
    assert capped_s(100, 1e6, parse_bandwidth_schedule("unlimited"), noon) == 100
    assert capped_s(100, 1e6, parse_bandwidth_schedule("100M"), noon) == 100
    assert capped_s(100, 1e6, parse_bandwidth_schedule("5k"), noon) == pytest.approx(200)
    assert capped_s(3600, 3.6e6, parse_bandwidth_schedule("08:00 halt, 19:00 unlimited"), noon) == pytest.approx(
        8 * 3600
    )
    half = parse_bandwidth_schedule("08:00 halt, 19:00 unlimited, 19:30 halt")
    assert capped_s(3600, 3.6e6, half, noon) == pytest.approx(24 * 3600 + 7.5 * 3600)
    assert capped_s(10, 1e4, parse_bandwidth_schedule("halt"), noon) is None


def test_a_site_cap_is_in_the_forecast_and_in_its_words() -> None:
    task, fast = Task("a", "one", 1, 100.0), pace("a", 10.0, size_bytes=12_500_000)  # 1 Mbit/s
    assert forecast([task], [fast]).takes_s == 10
    for name in ("anr_bandwidth", "anr_bandwidth_per_camera"):
        found = forecast([task], [fast], **{name: "1M"})
        assert found.takes_s == pytest.approx(100)
        assert f"under {name.upper()}" in found.assumption


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=30), st.integers(1, 8))
def test_side_by_side_is_never_faster_than_the_longest_or_than_all_lines_full(works: list[float], fills: int) -> None:
    took_s = makespan_s(works, fills)
    assert took_s >= max(max(works), sum(works) / fills) * (1 - 1e-9)
    assert took_s <= sum(works) * (1 + 1e-9)


tasks_of_a_site = st.lists(
    st.tuples(st.sampled_from(["one", "two", "three"]), st.floats(1, 1e5), st.floats(0.5, 50)), min_size=1, max_size=10
)


@given(
    tasks_of_a_site, st.integers(1, 4), st.integers(1, 3), st.sampled_from(["unlimited", "300k", "08:00 9k, 19:00 1M"])
)
def test_it_is_never_earlier_than_the_work_of_the_busiest_device_allows(
    site: list[tuple[str, float, float]], fills: int, sessions: int, cap: str
) -> None:
    tasks = [Task(f"cam{number}", device, 1, seconds) for number, (device, seconds, _) in enumerate(site)]
    paces = [
        pace(f"cam{number}", rate, device=site[number][0], size_bytes=10_000)
        for number, (_, _, rate) in enumerate(site)
    ]
    found = forecast(tasks, paces, anr_max_fills=fills, anr_sessions_per_device=sessions, anr_bandwidth=cap)
    assert found.takes_s is not None
    work_s = [seconds / rate for _, seconds, rate in site]
    busiest = max(
        sum(took_s for took_s, (device, _, _) in zip(work_s, site, strict=True) if device == name) / sessions
        for name in ("one", "two", "three")
    )
    assert found.takes_s >= max(busiest, max(work_s), sum(work_s) / fills) * (1 - 1e-6)
