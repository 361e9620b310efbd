"""`python -m benchmarks.report`: write the tables in `README.md` anew from `results.json`; the prose stays.

The tables of a benchmark stand between `<!-- figures: NAME -->` and `<!-- /figures -->`.
"""

import re
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, read_results, tables

README = Path(__file__).with_name("README.md")
_PLACE = re.compile(r"(<!-- figures: (?P<part>\w+) -->\n).*?(<!-- /figures -->)", re.DOTALL)


def main() -> None:
    """Write the tables of the README anew."""
    results = read_results()
    text = README.read_text(encoding="utf-8")
    README.write_text(_PLACE.sub(lambda place: _filled(place, results), text), encoding="utf-8")


def _filled(place: re.Match[str], results: dict[str, Any]) -> str:
    part = results.get(place["part"])
    return place[1] + (_in_markdown(part) if part else "Not measured yet.\n") + place[3]


def _in_markdown(part: dict[str, Any]) -> str:
    machine = part["machine"]
    words = (
        f"{part['measured_at']}, commit {part['commit']}{', quick form' if part['is_quick'] else ''}: "
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, {machine['system']}, "
        f"Python {machine['python']}, SQLite {machine['sqlite']}, ffmpeg {machine['ffmpeg']}; "
        f"load before {machine['load_before']}, a million additions in {machine['pace_before_ms']} ms before and "
        f"{machine['pace_after_ms']} ms after.\n"
    )
    sections = tables(Figure(**figure) for figure in part["figures"])
    notes = "".join(f"- {note}\n" for note in part.get("notes", ()))
    return "\n".join(
        [words, *([notes] if notes else []), *("\n".join(map(_row, _ruled(rows))) + "\n" for rows in sections.values())]
    )


def _ruled(rows: list[list[str]]) -> list[list[str]]:
    return [rows[0], ["---"] * len(rows[0]), *rows[1:]]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
