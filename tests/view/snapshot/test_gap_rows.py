"""Rows that are made anew only where they changed are what they would be if all were made anew."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.view.snapshot.build import gap_sums
from anr_tui.view.snapshot.gap_rows import GapContext, GapRowCache
from tests.view.rows import NOON, window

IDS = [f"gap-{number}" for number in range(6)]


def make_gap(number: int, state: FillState) -> RecordingGap:
    span = window(100 * number, 100 * number + 50)
    return RecordingGap(IDS[number], f"cam{number % 2}", span, 50, state, 0, None, None)


def make_fill(gap_id: str, number: int, outcome: Outcome | None) -> Fill:
    span = window(0, 50)
    return Fill(number, gap_id, "cam0", span, Phase.FETCHING, outcome, "", "sweep", NOON, None, 1, 0, 0, 0, 1, 0, "")


def fills(outcomes: st.SearchStrategy[Outcome | None]) -> st.SearchStrategy[dict[str, Fill]]:
    one = st.tuples(st.sampled_from(IDS), st.integers(1, 3), outcomes)
    return st.lists(one, max_size=4).map(lambda made: {each[0]: make_fill(*each) for each in made})


GAPS = st.lists(st.sampled_from([*FillState, None]), min_size=6, max_size=6).map(
    lambda states: tuple(make_gap(at, state) for at, state in enumerate(states) if state is not None)
)
# Drawn from few, so that now and then a reading is the very same as the one before.
SOME_GAPS = st.lists(GAPS, min_size=1, max_size=2)
SOME_LASTS = st.lists(fills(st.sampled_from([Outcome.FILLED, None])), min_size=1, max_size=2)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 1),
        fills(st.none()),
        st.dictionaries(st.sampled_from(IDS), st.sampled_from(["anna", "ben"]), max_size=2),
        st.booleans(),
        st.integers(-100, 700),
    ),
    min_size=2,
    max_size=8,
)


@given(SOME_GAPS, SOME_LASTS, STEPS)
def test_whatever_came_before_the_rows_are_those_of_now(
    some_gaps: list[tuple[RecordingGap, ...]],
    some_lasts: list[dict[str, Fill]],
    steps: list[tuple[int, int, dict[str, Fill], dict[str, str], bool, int]],
) -> None:
    shelf = GapRowCache()
    for which, last, running, askers, are_lost, since_s in steps:
        gaps = some_gaps[which % len(some_gaps)]
        around = GapContext({"cam0": "Gate"}, some_lasts[last % len(some_lasts)], running, askers, are_lost)
        shelf.put(gaps, around)
        since = NOON + timedelta(seconds=since_s)
        recent = shelf.recent(since)

        assert shelf.rows == tuple(map(around.row, gaps))
        assert shelf.sums == gap_sums(gaps)
        for camera_id in ("cam0", "cam1"):
            own = [row for row in shelf.rows if row.gap.camera_id == camera_id]
            found = [row for row in recent.get(camera_id, ()) if row.window.end > since]
            assert found == [row for row in own if row.window.end > since]


def test_what_reads_the_same_stays_the_very_same() -> None:
    gaps = tuple(make_gap(number, FillState.PENDING) for number in range(6))
    shelf, names = GapRowCache(), {"cam0": "Gate", "cam1": "Dock"}
    last = {IDS[5]: make_fill(IDS[5], 1, Outcome.FILLED)}
    shelf.put(gaps, GapContext(names, last))
    before, recent = shelf.rows, shelf.recent(NOON)
    shelf.put(gaps, GapContext(names, last))
    assert shelf.rows is before

    shelf.put(gaps, GapContext(names, last, {IDS[2]: make_fill(IDS[2], 2, None)}))
    assert [now is then for now, then in zip(shelf.rows, before, strict=True)] == [at != 2 for at in range(6)]
    assert shelf.recent(NOON)["cam1"] is recent["cam1"]
    assert [row.is_filling for row in shelf.recent(NOON)["cam0"]] == [False, True, False]

    changed = (replace(gaps[0], fill_state=FillState.FILLED), *gaps[2:])
    shelf.put(changed, GapContext(names, dict(last), {IDS[2]: make_fill(IDS[2], 2, None)}))
    assert [any(now is then for then in before) for now in shelf.rows] == [False, False, True, True, True]


def test_only_gaps_that_reach_into_the_span_are_recent() -> None:
    shelf = GapRowCache()
    gaps = tuple(make_gap(number, FillState.PENDING) for number in range(6))
    shelf.put(gaps, GapContext())

    late = shelf.recent(window(349, 350).end)
    assert {key: [row.id for row in rows] for key, rows in late.items()} == {
        "cam0": ["gap-4"],
        "cam1": ["gap-5"],
    }
    assert len(shelf.recent(NOON)["cam0"]) == 3


def test_a_gap_that_no_sweep_will_take_says_why() -> None:
    gaps = tuple(make_gap(number, FillState.PENDING) for number in range(4))
    done, failed = make_gap(4, FillState.FILLED), make_gap(5, FillState.FAILED)
    shelf = GapRowCache()
    shelf.put((*gaps, done, failed), GapContext())
    assert [row.stuck for row in shelf.rows] == ["", "", "", "", "", "given up"]
    shelf.put((*gaps, done, failed), GapContext(stuck={"cam1": "ANR off"}, tried_since=window(150, 200).start))
    assert [row.stuck for row in shelf.rows] == ["too old", "ANR off", "", "ANR off", "", "given up"]
