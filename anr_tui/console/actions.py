"""Every key of the console, once: bindings, footer, help screen and command palette are all made from here."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType


class Place(StrEnum):
    """Where the focus is: a pane of the main screen."""

    CAMERAS = "cameras"
    GAPS = "gaps"
    FILLS = "fills"
    LOG = "log"
    EVENTS = "events"


EVERYWHERE = frozenset(Place)
ON_A_GAP = frozenset({Place.GAPS, Place.FILLS})
ON_WHOLE_SCREEN = frozenset({Place.LOG, Place.EVENTS})
IN_A_TABLE = frozenset({Place.CAMERAS, Place.GAPS, Place.FILLS})


_KEY_NAMES = {"question_mark": "?", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does. `keys` are Textual's names, the first is the one shown; `words` go into the footer.

    `asks`: something changes by it, so it is nothing for who only looks.
    """

    id: str
    keys: str
    words: str
    tooltip: str
    places: frozenset[Place] = EVERYWHERE
    asks: bool = False

    @property
    def shown_keys(self) -> tuple[str, ...]:
        """The keys as people write them; the first is the one to show where one will do."""
        return tuple(_KEY_NAMES.get(key, key.replace("+", "-")) for key in self.keys.split(","))

    def applies(self, place: Place | None) -> bool:
        """Whether it does something in this place."""
        return place is None or place in self.places


# In the footer's order: what does not fit any more goes from the end, but help and quit.
ACTIONS = (
    Action("gap.fill", "f", "fill", "Fill the chosen gap now, before its turn", ON_A_GAP, asks=True),
    Action("gap.retry", "r", "retry", "Give a failed gap its attempts back", ON_A_GAP, asks=True),
    Action("fill.cancel", "c", "cancel", "Stop the running fill; what arrived is kept", ON_A_GAP, asks=True),
    Action("gap.url", "u", "URL", "Preview the replay URL, with the password masked", ON_A_GAP),
    Action("zoom.close", "escape", "back", "Back to the tables", ON_WHOLE_SCREEN),
    Action(
        "event.open", "enter", "its gap", "Go to the gap or fill that the event is about", frozenset({Place.EVENTS})
    ),
    Action("camera.choose", "enter", "its gaps", "Show the gaps of this camera only", frozenset({Place.CAMERAS})),
    Action("worker.pause", "p", "pause", "Stop filling gaps by itself for a while, or go on", asks=True),
    Action("worker.halt", "H", "halt", "Halt all fetching at once, or let it go on", asks=True),
    Action("worker.sweep", "s", "sweep", "Look for due gaps now instead of at the next turn", asks=True),
    Action(
        "worker.end",
        "E",
        "end worker",
        "End the worker, which a console started; or start one where none runs",
        asks=True,
    ),
    Action("log.zoom", "l", "log", "Give the log the whole screen, and back"),
    Action("events.zoom", "e", "events", "What happened, with alarms, on the whole screen, and back"),
    Action("worker.show", "w", "worker", "Who works here, since when, with which files and settings"),
    Action("gaps.scope", "a", "all/one", "The gaps of all cameras, or of the chosen one only"),
    Action("log.open", "enter", "its log", "The log of the chosen gap's or fill's work", ON_A_GAP),
    Action("help.show", "question_mark,f1", "help", "All keys, and what the words mean"),
    Action("app.quit", "q,ctrl+q", "quit", "Leave the console"),
)

MOVES = (
    Action("move.down", "down,j", "down", "One line down"),
    Action("move.up", "up,k", "up", "One line up"),
    Action("move.page_down", "pagedown,ctrl+f", "page down", "One page down"),
    Action("move.page_up", "pageup,ctrl+b", "page up", "One page up"),
    Action("move.first", "g,home", "first", "To the first line"),
    Action("move.last", "G,end", "last", "To the last line; a log follows from there"),
)

SIDEWAYS = (
    Action("move.left", "left", "left", "Long log lines to the left", frozenset({Place.LOG})),
    Action("move.right", "right", "right", "Long log lines to the right", frozenset({Place.LOG})),
)

FOCUS = (
    Action("focus.next", "tab", "next pane", "To the next pane"),
    Action("focus.previous", "shift+tab", "last pane", "To the pane before"),
)

URL_KEYS = (
    Action(
        "url.reveal",
        "r",
        "reveal/mask",
        "Show the password in the URL, or mask it again; the journal notes it",
        asks=True,
    ),
    Action("url.copy", "c", "copy URL", "Copy the URL as it is shown"),
    Action("url.copy_command", "C", "copy command", "Copy the command line as it is shown"),
    Action("dialog.close", "escape,q,u", "close", "Close the dialog"),
)

CONFIRM_KEYS = (
    Action("confirm.yes", "y", "yes", "Do it"),
    Action("confirm.no", "n,escape,q", "no", "Leave it"),
)

QUIT_KEYS = (
    Action("quit.wait", "w", "wait", "Leave when the running fills are done"),
    Action("quit.stop", "s", "stop", "End the worker; what arrived is kept"),
    Action("quit.keep", "k", "keep filling", "Let the worker go on without a console"),
    Action("quit.not", "escape,n,q", "do not quit", "Stay here"),
)

NOT_LEAVING = Action("quit.take_back", "escape", "do not leave", "Do not leave when the fills are done")

HELP_KEYS = (
    Action("dialog.close", "escape,q,question_mark,f1", "close", "Close the help"),
    Action("dialog.down", "down,j,pagedown", "more", "Scroll down"),
    Action("dialog.up", "up,k,pageup", "back", "Scroll up"),
)

WORKER_KEYS = (
    Action("dialog.close", "escape,q,w", "close", "Close the dialog"),
    Action("dialog.down", "down,j,pagedown", "more", "Scroll down"),
    Action("dialog.up", "up,k,pageup", "back", "Scroll up"),
)

BY_ID = {action.id: action for action in (*ACTIONS, *MOVES, *SIDEWAYS, *FOCUS)}
ALWAYS_IN_FOOTER = ("help.show", "app.quit")


def bindings(actions: Iterable[Action], method: str) -> list[BindingType]:
    """Textual's bindings; each calls `action_METHOD(id)`."""
    return [
        Binding(action.keys, f"{method}('{action.id}')", action.words, id=action.id, tooltip=action.tooltip, show=False)
        for action in actions
    ]


def offered(place: Place | None, *, is_read_only: bool = False) -> list[Action]:
    """What there is to do in a place, the most wanted first."""
    return [action for action in ACTIONS if action.applies(place) and not (action.asks and is_read_only)]
