"""Numbers for Prometheus: their format, and what they say. No worker runs."""

import re
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.outcome import Outcome
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.worker.event_log import Topic
from anr_tui.worker.reporting import metrics
from anr_tui.worker.reporting.metrics import Kind, Metric, counter_metrics, render, site_metrics, worker_metrics
from anr_tui.worker.state import Counters
from tests.heldar_site import NOW
from tests.worker.parts import WorkerParts
from tests.worker.reporting.metrics_reader import Family, read_metrics

PROJECT = Path(__file__).parents[3]
ANY_TEXT = st.text(st.one_of(st.sampled_from('\\"\n{},= #'), st.characters(exclude_categories=["Cs"])))
NUMBERS = st.one_of(st.integers(-(10**14), 10**14), st.floats(allow_nan=False, width=32)).map(float)


@given(ANY_TEXT, st.dictionaries(ANY_TEXT.filter(bool), NUMBERS))
def test_whatever_a_label_holds_is_read_back(words: str, values: dict[str, float]) -> None:
    read = read_metrics(
        render([Metric("anr_x", words, values, label="camera"), Metric("anr_y", "", {"": 1}, Kind.COUNTER)])
    )
    assert read["anr_x"] == Family("gauge", words, values, "camera" if values else "")
    assert read["anr_y"] == Family("counter", "", {"": 1})


async def test_the_document_names_every_metric_and_its_label(parts: WorkerParts) -> None:
    parts.state.swept_at = parts.context.clock()
    written = [
        *counter_metrics(parts.state.counters),
        *await site_metrics(parts.context),
        *worker_metrics(parts.context, parts.state),
    ]
    source = Path(metrics.__file__).read_text(encoding="utf-8")

    assert documented() == {metric.name: metric.label for metric in written}
    assert set(documented()) == set(re.findall(r'"(anr_[a-z_]+)"', source))


def test_the_document_names_every_alarm() -> None:
    text = (PROJECT / "docs/service.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `anr_alarm_active` .*$", text, re.MULTILINE)

    assert set(re.findall(r"`(\w+)`", row)) == {"anr_alarm_active", "about", *Topic}


def documented() -> dict[str, str]:
    """The metrics of docs/service.md's table, each with its label ("" for none)."""
    labels: dict[str, str] = {}
    for line in (PROJECT / "docs/service.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| `anr_"):
            _, names, label, *_ = line.split("|")
            first, *others = re.findall(r"\w+", names)
            # Of two metrics only the first may have a label: a dash stands for the other then.
            of_first, *of_others = re.findall(r"\w+|\N{EN DASH}", label) or [""]
            assert not labels.keys() & {first, *others}, f"a metric stands there twice: {line}"
            labels |= {first: of_first} | dict.fromkeys(others, "" if of_others else of_first)
    return labels


# What they say, of plain values and a site that nobody works on.


def values(metrics: Iterable[Metric]) -> dict[str, dict[str, float]]:
    return {metric.name: metric.values for metric in metrics}


async def test_what_is_missing_is_counted_by_state_and_by_camera(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    parts.add_gap("gap_2", "dock", fill_state="failed", gap_seconds=60)
    parts.add_gap("gap_3", "dock", fill_state="filled")
    parts.add_gap("gap_4", "dock", fill_state="odd", gap_seconds=5)
    found = values(await site_metrics(parts.context))
    assert found["anr_gaps"] == {"pending": 1, "filled": 1, "failed": 1, "odd": 1}
    assert found["anr_missing_seconds"] == {"gate": 600, "dock": 65}
    assert found["anr_site_missing_seconds"] == {"": 665}


async def test_a_camera_that_the_sweep_leaves_alone_is_marked(parts: WorkerParts) -> None:
    row = (await parts.camera("dock")).updated_at
    aside = CameraMemory("dock", set_aside_why=Outcome.LOGIN_REFUSED, set_aside_row=row)
    await parts.context.journal.camera_memory.set_aside(aside)
    found = values(await site_metrics(parts.context))
    assert found["anr_camera_set_aside"] == {"gate": 0, "dock": 1}


async def test_what_the_worker_is_up_to_is_said_as_it_is(parts: WorkerParts) -> None:
    idle = values(worker_metrics(parts.context, parts.state))
    assert "anr_sweep_timestamp_seconds" not in idle

    for number in range(3):
        parts.add_gap(f"gap_{number}")
        await parts.wait(f"gap_{number}")
    parts.state.running["gap_0"] = parts.state.waiting.pop("gap_0")
    parts.state.is_paused, parts.state.swept_at = True, NOW
    await parts.context.events.alarm(Topic.SWEEP, "The sweep failed.")

    found = values(worker_metrics(parts.context, parts.state))
    assert (found["anr_worker_paused"], found["anr_worker_halted"]) == ({"": 1}, {"": 0})
    assert (found["anr_fills_running"], found["anr_fills_waiting"]) == ({"": 1}, {"": 2})
    assert found["anr_sweep_timestamp_seconds"] == found["anr_worker_seen_timestamp_seconds"] == {"": NOW.timestamp()}
    assert found["anr_alarm_active"] == {"disk": 0, "files": 0, "sweep": 1}


def test_counters_tell_every_outcome_and_what_landed() -> None:
    counters = Counters()
    counters.ended[Outcome.FILLED] += 2
    counters.note_landed(60.5, 4000)
    counters.note_landed(1.5, 20)
    found = values(counter_metrics(counters))
    assert found["anr_fills_ended_total"] == {str(each): 2 * (each is Outcome.FILLED) for each in Outcome}
    assert (found["anr_recovered_seconds_total"], found["anr_recovered_bytes_total"]) == ({"": 62}, {"": 4020})
