"""The last line of the screen: the keys that apply in the focused pane; a click on one carries out its action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from anr_tui.console.drawing.key_hints import key_hint
from anr_tui.console.drawing.line_box import Line, LineBox
from anr_tui.console.drawing.styled_text import Span, Spans, width_of
from anr_tui.console.keys.actions import ALWAYS_IN_FOOTER, Action, Place, offered
from anr_tui.console.keys.keymap import Keymap

# In order of use; the other actions follow in the order of the registry.
FIRST: Mapping[Place, tuple[str, ...]] = {
    Place.CAMERAS: (
        "camera.choose",
        "table.filter",
        "faults.only",
        "camera.change",
        "camera.diagnose",
        "camera.add",
        "strip.shorter",
        "strip.longer",
        "worker.pause",
    ),
    Place.GAPS: (
        "gap.fill",
        "fill.cancel",
        "table.filter",
        "faults.only",
        "mark.turn",
        "gap.retry",
        "gap.detail",
        "log.open",
        "gaps.together",
        "gap.url",
        "gap.picture",
    ),
    Place.FILLS: (
        "fill.cancel",
        "gap.fill",
        "table.filter",
        "faults.only",
        "mark.turn",
        "log.open",
        "gap.detail",
        "worker.pause",
        "worker.halt",
    ),
    Place.LOG: (
        "zoom.close",
        "log.pause",
        "log.search",
        "log.warnings",
        "log.wrap",
        "log.merge",
        "log.copy",
        "log.page",
    ),
    Place.EVENTS: ("event.open", "zoom.close", "events.search", "worker.pause", "worker.halt"),
}


def footer_spans(
    place: Place | None, width: int, keys: Keymap, *, is_read_only: bool = False
) -> list[tuple[Action, Spans]]:
    """As many keys as fit into `width` cells, the most used first; those for help and quit are always included."""
    actions = _by_use(offered(place, is_read_only=is_read_only), place)
    drawn = {action.id: key_hint(action, keys) for action in actions}
    left = width - 1 - sum(width_of(drawn[name]) for name in ALWAYS_IN_FOOTER)
    chosen = []
    for action in actions:
        if action.id not in ALWAYS_IN_FOOTER:
            if width_of(drawn[action.id]) > left:
                continue
            left -= width_of(drawn[action.id])
            chosen.append(action)
    chosen += [action for action in actions if action.id in ALWAYS_IN_FOOTER]
    return [(action, drawn[action.id]) for action in chosen]


def _by_use(actions: Sequence[Action], place: Place | None) -> list[Action]:
    first = FIRST[place] if place else ()
    return sorted(actions, key=lambda action: first.index(action.id) if action.id in first else len(first))


class KeyFooter(LineBox):
    """The footer of the main screen."""

    @dataclass
    class ActionClicked(Message):
        """Posted when a key in the footer was clicked."""

        action_id: str

    place: Place | None = None
    is_read_only = False
    keys = Keymap()

    def show_place(self, place: Place | None) -> None:
        """Show the keys of this pane."""
        self.place = place
        spans = tuple(part for _, drawn in self._keys() for part in drawn)
        self.set_lines([Line((Span(" "), *spans))])

    def on_resize(self) -> None:
        self.show_place(self.place)

    def on_click(self, event: events.Click) -> None:
        at = 1
        for action, drawn in self._keys():
            at += width_of(drawn)
            if event.x < at:
                self.post_message(self.ActionClicked(action.id))
                return

    def _keys(self) -> list[tuple[Action, Spans]]:
        return footer_spans(self.place, self.size.width, self.keys, is_read_only=self.is_read_only)
