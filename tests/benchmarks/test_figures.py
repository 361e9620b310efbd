"""The frame of the measured comparisons: figures, their limits, and the tables made of them."""

from pathlib import Path

import pytest

from benchmarks import figures, report
from benchmarks.figures import Figure, keep, tables

FIGURES = [
    Figure("streams", "1 stream", "relay", 0.314159, "% of a core"),
    Figure("streams", "1 stream", "more CPU", 4.5, "%", at_most=10),
    Figure("streams", "4 streams", "more CPU", 12.0, "%", at_most=10),
    Figure("full speed", "relay", "throughput", 1234.5, "MB/s", at_least=300),
]


def test_a_table_has_a_row_for_each_case_and_a_column_for_each_thing() -> None:
    assert tables(FIGURES) == {
        "streams": [
            ["streams", "relay, % of a core", "more CPU, %"],
            ["1 stream", "0.314", "4.5 (≤ 10)"],
            ["4 streams", "", "12 (≤ 10, MISSED)"],
        ],
        "full speed": [["full speed", "throughput, MB/s"], ["relay", "1 234 (≥ 300)"]],
    }


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "is_kept"),
    [(10, 10, None, True), (10.1, 10, None, False), (3, None, 3, True), (2.9, None, 3, False), (5, None, None, True)],
)
def test_a_limit_is_kept_up_to_its_value(
    value: float, at_most: float | None, at_least: float | None, is_kept: bool
) -> None:
    assert Figure("t", "c", "w", value, "u", at_most, at_least).is_kept is is_kept


def state(load: float) -> dict[str, float]:
    return {"load_before": load, "pace_before_ms": 14.2, "pace_after_ms": 15.0}


def test_a_benchmark_replaces_its_own_figures_and_the_prose_around_its_tables_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(report, "README", tmp_path / "README.md")
    empty = "Before.\n<!-- figures: {} -->\n<!-- /figures -->\nAfter.\n"
    report.README.write_text(empty.format("relay") + empty.format("sweep"))
    keep("relay", FIGURES, is_quick=False, state=state(0.5))
    keep("relay", FIGURES[1:2], is_quick=True, state=state(0.25))
    for _ in range(2):
        report.main()
    text = report.README.read_text()
    assert text.count("Before.\n") == text.count("After.\n") == 2
    assert "| 1 stream | 4.5 (≤ 10) |" in text
    assert "4 streams" not in text
    assert ", quick form: " in text
    assert "load before 0.25, a million additions in 14.2 ms before and 15.0 ms after." in text
    assert text.count("Not measured yet.\n") == 1
    assert set(figures.read_results()["relay"]) == {"measured_at", "commit", "is_quick", "machine", "figures"}
