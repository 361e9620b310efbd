"""What a terminal shows after a program wrote to it: just the few sequences that our bars are drawn with."""

import re

_PART = re.compile(r"\x1b\[(\d*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


def screen(written: str, columns: int = 80) -> list[str]:
    """The lines on the screen, all of those that scrolled away included; a text that is too long wraps."""
    lines, row, column = [""], 0, 0
    for match in _PART.finditer(written):
        number, command, move, text = match.groups()
        if command == "A":
            row = max(0, row - int(number or 1))
        elif command == "K":
            lines[row] = lines[row][:column]
        elif command == "J":
            lines[row:] = [lines[row][:column]]
        elif move == "\r":
            column = 0
        elif move == "\n":
            row, column = row + 1, 0
        for character in text or "":
            if column == columns:
                row, column = row + 1, 0
            while row >= len(lines):
                lines.append("")
            lines[row] = lines[row][:column].ljust(column) + character + lines[row][column + 1 :]
            column += 1
        while row >= len(lines):
            lines.append("")
    return [line.rstrip() for line in lines]
