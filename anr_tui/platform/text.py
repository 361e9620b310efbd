"""Text for terminals, log files and tables: without control characters; and lengths of time in words.

Whatever comes from rows, names, cameras or other programs goes out through one of these functions: into lists, logs and
standard error (`plain_line`), files for spreadsheets (`csv_cell`), and the console's cells (`cell_line`).

There are two rules for characters. Lists, logs and files take what Python calls printable, which is strict: even a
no-break space is replaced. The console's cells keep every character that only takes room, and lose those that move the
cursor, change the direction of writing, or cannot be encoded.
"""

import re

_LINE_BREAKS = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]")
# C0, DEL, C1, bidirectional and invisible format characters, and lone surrogates, which cannot be encoded.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_FORMULA = re.compile(r"(^|[;|])([\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3600, 60


def plain_line(text: str, *, instead: str = " ") -> str:
    """Text from outside as one line of printable characters; `instead` replaces all others, line ends included."""
    return "".join(character if character.isprintable() else instead for character in text)


def plain_lines(text: str) -> str:
    """Text from outside as printable lines; a blank replaces every control character except line feeds."""
    return "\n".join(map(plain_line, text.split("\n")))


def csv_cell(text: str) -> str:
    """Text from outside as a cell of a CSV file that no spreadsheet takes for a formula.

    Where a spreadsheet separates cells by `;` or `|`, as in half of Europe, each part is a cell of its own.
    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    return _FORMULA.sub(r"\1'\2", plain_line(text))


def cell_line(text: str) -> str:
    """Text from outside as one line for the console's cells; tabs and line ends become blanks, unsafe characters go."""
    return _UNSAFE.sub("", _LINE_BREAKS.sub(" ", text))


def duration(seconds: float, *, is_brief: bool = False) -> str:
    """A length of time in its two largest units: `45s`, `12m 05s`, `3h 20m`, `50h 00m`.

    With `is_brief` it takes at most seven cells: days are a unit too (`3d 04h`), a second unit of zero is left out
    (`4m`), and a negative length is `0s`.
    """
    whole = round(seconds)
    if is_brief:
        whole = max(0, whole)
        if whole >= _DAY_S:
            return _two_units(whole, _DAY_S, "d", _HOUR_S, "h", is_brief=True)
    if whole >= _HOUR_S:
        return _two_units(whole, _HOUR_S, "h", _MINUTE_S, "m", is_brief=is_brief)
    if whole >= _MINUTE_S:
        return _two_units(whole, _MINUTE_S, "m", 1, "s", is_brief=is_brief)
    return f"{whole}s"


def _two_units(whole: int, size: int, unit: str, below: int, below_unit: str, *, is_brief: bool) -> str:
    rest = whole % size // below
    return f"{whole // size}{unit}" if is_brief and not rest else f"{whole // size}{unit} {rest:02}{below_unit}"


def duration_words(seconds: float) -> str:
    """A length of time in one unit, for a sentence: `90 s`, `5 min`, `2.5 h`, `3.0 days`."""
    whole = round(seconds)
    if whole < 2 * _MINUTE_S:
        return f"{whole} s"
    if whole < 2 * _HOUR_S:
        return f"{whole / _MINUTE_S:.0f} min"
    return f"{whole / _HOUR_S:.1f} h" if whole < 2 * _DAY_S else f"{whole / _DAY_S:.1f} days"
