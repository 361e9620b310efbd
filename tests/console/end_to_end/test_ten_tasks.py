"""The tasks of a shift in docs/console.md: at most four keys each, and the screen then says what the page promises."""

from dataclasses import replace

import pytest

from anr_tui.domain.gap import FillState
from anr_tui.view.snapshot.snapshot import GapRow, Snapshot
from tests.console.end_to_end.shift import DOCUMENT, Step, tasks
from tests.console.main.outage import outage_snapshot
from tests.console.screens.diagnoses import ENDED_DIAGNOSIS
from tests.console.site import NAMES, RecordingView, console, gap, grid, settled, site_events, site_snapshot

STEPS = {step.name: step for steps in tasks().values() for step in steps}
MOST_KEYS = 4
ASKED = {
    "fill-now": [("fill", "gap-006")],
    "outage-fill": [("fill", f"gap-{number:03}") for number in (3, 4, 5)],
    "retry-all": [("retry", f"gap-{number:03}") for number in range(1, 13)],
    "halt": [("halt", None)],
}
"""What is in the journal after a step: `asked` on the screen is said of one and of many."""


def failed_snapshot() -> Snapshot:
    """Twelve gaps were given up: so many that a retry asks first."""
    given_up = {"fill_state": FillState.FAILED, "fill_attempts": 3}
    gaps = [
        GapRow(gap(number, NAMES[number % 6], 60 * number, 90, **given_up), NAMES[number % 6], None)
        for number in range(1, 13)
    ]
    return replace(site_snapshot(), gaps=tuple(gaps), fills=())


def site_of(step: Step) -> RecordingView:
    """A site on which this step has something to do."""
    snapshots = {"outage": outage_snapshot, "outage-fill": outage_snapshot, "retry-all": failed_snapshot}
    view = RecordingView(snapshots.get(step.name, site_snapshot)(), events=site_events())
    view.diagnoses["lobby"] = replace(ENDED_DIAGNOSIS, camera_id="lobby", camera_name="lobby")
    return view


def test_there_are_ten_tasks_each_with_its_keys() -> None:
    found = tasks()

    assert [title.partition(".")[0] for title in found] == [str(number) for number in range(1, 11)]
    assert all(found.values())
    assert len(STEPS) == sum(map(len, found.values())) == DOCUMENT.read_text(encoding="utf-8").count("\nKeys: ")


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
async def test_the_keys_lead_where_the_page_says(step: Step) -> None:
    assert len(step.keys) <= MOST_KEYS
    view = site_of(step)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = "\n".join(grid(app))
        await pilot.press(*step.keys)
        missing = set(step.words)
        while missing:
            await settled(pilot)
            seen = "\n".join(grid(app))
            missing = {words for words in missing if words not in seen}
        assert (seen != before) is bool(step.keys)
    assert [(kind.value, gap_id) for kind, gap_id, _ in view.asked] == ASKED.get(step.name, [])


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_there_is_a_picture(step: Step) -> None:
    picture = DOCUMENT.parent / f"../screenshots/{step.name}.png"

    assert picture.read_bytes().startswith(b"\x89PNG")
