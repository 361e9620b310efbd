"""The keys of a screen in one line: as many as fit, always including the key that leaves the screen."""

from collections.abc import Sequence

from anr_tui.console.drawing.styled_text import Span, Spans, Tone, width_of
from anr_tui.console.keys.actions import Action
from anr_tui.console.keys.keymap import Keymap


def key_hint_spans(actions: Sequence[Action], width: int, keys: Keymap) -> Spans:
    """As many keys as fit into `width` cells, in this order; the last one is always included."""
    *others, last = [key_hint(action, keys) for action in actions]
    left, chosen = width - width_of(last), []
    for drawn in others:
        left -= width_of(drawn)
        if left < 0:
            break
        chosen.append(drawn)
    return tuple(part for drawn in (*chosen, last) for part in drawn)


def key_hint(action: Action, keys: Keymap) -> Spans:
    """One key as a footer shows it: the key, its description, and two spaces."""
    return (Span(keys.shown(action)[0], Tone.ACCENT), Span(f" {action.words}", Tone.DIM), Span("  "))
