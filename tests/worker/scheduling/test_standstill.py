"""Which fills do not move."""

from anr_tui.worker.scheduling.standstill import WINDOW_S, Standstill


def seen(speeds: list[float]) -> list[int]:
    """How many of two fills do not move at the end of each window, at these speeds of the first."""
    watch = Standstill()
    now, dripped_s, good_s = 100.0, 0.0, 0.0
    watch.look({1: 0.0, 2: 0.0}, now)
    counts = []
    for speed in speeds:
        for _ in range(int(WINDOW_S)):
            now += 1
            dripped_s, good_s = dripped_s + speed, good_s + 1
            count = watch.look({1: dripped_s, 2: good_s}, now)
        counts.append(count)
    return counts


def test_a_fill_that_drips_does_not_move_until_it_moves_again() -> None:
    assert seen([1.0, 0.01, 0.0, 0.5, 0.05]) == [0, 1, 1, 0, 1]


def test_a_new_fill_is_given_its_time_and_an_ended_one_is_forgotten() -> None:
    watch = Standstill()
    assert watch.look({1: 0.0}, 0.0) == 0
    assert watch.look({1: 0.0}, WINDOW_S - 1) == 0
    assert watch.look({1: 0.0}, WINDOW_S) == 1
    assert watch.look({}, WINDOW_S + 1) == 0
    assert watch.look({1: 0.0}, WINDOW_S + 2) == 0
