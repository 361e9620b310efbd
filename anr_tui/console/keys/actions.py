"""The registry of all keys of the console, from which bindings, footer, help and command palette are made."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType
from textual.keys import format_key


class Place(StrEnum):
    """The place of the focus: a pane of the main screen."""

    CAMERAS = "cameras"
    GAPS = "gaps"
    FILLS = "fills"
    LOG = "log"
    EVENTS = "events"


EVERYWHERE = frozenset(Place)
ON_A_GAP = frozenset({Place.GAPS, Place.FILLS})
ON_WHOLE_SCREEN = frozenset({Place.LOG, Place.EVENTS})
IN_THE_CAMERAS = frozenset({Place.CAMERAS})
IN_A_TABLE = frozenset({Place.CAMERAS, Place.GAPS, Place.FILLS})


_KEY_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def key_names(keys: str) -> tuple[str, ...]:
    """The names of keys as people write them, from Textual's names separated by commas."""
    return tuple(_key_name(key) for key in keys.split(","))


def _key_name(key: str) -> str:
    sign = format_key(key)
    return sign if len(sign) == 1 and sign.isascii() else _KEY_NAMES.get(key, key.replace("+", "-"))


@dataclass(frozen=True, slots=True)
class Action:
    """One action that keys carry out.

    `id` is `area.verb`; the method that carries it out names it by `@handles`. `keys` are Textual's names of its keys,
    separated by commas; the first is the one shown. `words` stand in the footer, `tooltip` in the help. `places` are
    the panes in which it applies. With `asks` it changes something, so that a read-only console does not offer it.
    """

    id: str
    keys: str
    words: str
    tooltip: str
    places: frozenset[Place] = EVERYWHERE
    asks: bool = False

    @property
    def shown_keys(self) -> tuple[str, ...]:
        """The keys as people write them; the first is to be shown where one is enough."""
        return key_names(self.keys)

    def applies(self, place: Place | None) -> bool:
        """Whether the action applies in this pane; None stands for a screen without panes."""
        return place is None or place in self.places


# In the order of the help; the footer's order is in main/footer.py.
ACTIONS = (
    Action("gap.fill", "f", "fill", "Fill the chosen gap now, before its turn", ON_A_GAP, asks=True),
    Action(
        "gap.retry", "r", "retry", "Reset the attempts of a failed gap, so that it is tried again", ON_A_GAP, asks=True
    ),
    Action(
        "fill.cancel",
        "c",
        "cancel",
        "Stop the running fill, or remove a waiting one from the queue; what arrived is kept",
        ON_A_GAP,
        asks=True,
    ),
    Action("gap.url", "u", "URL", "Preview the replay URL, with the password masked", ON_A_GAP),
    Action("gap.detail", "d", "details", "All about the gap: pieces, attempts, files, requests, events", ON_A_GAP),
    Action("gap.picture", "v", "picture", "First, middle and last frame of what landed", ON_A_GAP),
    Action("zoom.close", "escape", "back", "Back to the tables", ON_WHOLE_SCREEN),
    Action(
        "event.open", "enter", "its gap", "Go to the gap or fill that the event is about", frozenset({Place.EVENTS})
    ),
    Action("events.search", "slash", "search", "Search the events", frozenset({Place.EVENTS})),
    Action("events.next", "n", "next", "The next event with these words", frozenset({Place.EVENTS})),
    Action("camera.choose", "enter", "its gaps", "Show the gaps of this camera only", frozenset({Place.CAMERAS})),
    Action("camera.add", "A", "add camera", "Add a camera", IN_THE_CAMERAS, asks=True),
    Action("camera.change", "C", "change", "Change the camera: address, login, replay URL", IN_THE_CAMERAS, asks=True),
    Action("worker.pause", "p", "pause", "Pause automatic filling, or resume it", asks=True),
    Action("worker.halt", "H", "halt", "Halt all fetching at once, or resume it", asks=True),
    Action("worker.sweep", "s", "sweep", "Look for due gaps now instead of at the next turn", asks=True),
    Action(
        "table.filter", "slash", "filter", "Show only some rows: text, !not, state:failed, cam:gate*, >10m", IN_A_TABLE
    ),
    Action(
        "faults.only",
        "exclamation_mark",
        "faults",
        "Show only rows that need a person, in all tables, or all rows",
        IN_A_TABLE,
    ),
    Action("mark.turn", "space", "mark", "Mark the row for fill, retry and cancel, or unmark it", ON_A_GAP),
    Action(
        "worker.end",
        "E",
        "end worker",
        "End the worker, which a console started; or start one where none runs",
        asks=True,
    ),
    Action("strip.shorter", "left_square_bracket", "shorter", "Coverage strips of a shorter span", IN_A_TABLE),
    Action("strip.longer", "right_square_bracket", "longer", "Coverage strips of a longer span", IN_A_TABLE),
    Action("table.sort", "o", "order", "Sort by the next column; after the last column, do not sort", IN_A_TABLE),
    Action("table.turn", "O", "turn order", "Reverse the order", IN_A_TABLE),
    Action("table.clear", "escape", "clear", "Remove all marks; if there are none, the filter", IN_A_TABLE),
    Action("faults.next", "n", "next fault", "To the next row that needs a person", IN_A_TABLE),
    Action("faults.previous", "N", "last fault", "To the one before", IN_A_TABLE),
    Action("mark.range", "V", "mark range", "Mark all from the last mark to here", ON_A_GAP),
    Action("mark.down", "shift+down", "mark down", "Mark the row and the next one", ON_A_GAP),
    Action("mark.up", "shift+up", "mark up", "Mark the row and the one before", ON_A_GAP),
    Action("mark.all", "asterisk", "mark all", "Mark all that are shown", ON_A_GAP),
    Action("mark.invert", "I", "invert", "Swap marked and unmarked rows", ON_A_GAP),
    Action("deed.undo", "z", "undo", "Undo the last fill, retry or cancel, while that is possible", asks=True),
    Action("log.zoom", "l", "log", "Give the log the whole screen, and back"),
    Action("events.zoom", "e", "events", "What happened, with alarms, on the whole screen, and back"),
    Action("worker.show", "w", "worker", "The worker: who, since when, with which files and settings"),
    Action(
        "camera.diagnose",
        "D",
        "diagnose",
        "Look at the camera: port, login, clock, card, ten seconds of replay",
        IN_A_TABLE,
    ),
    Action("stats.show", "S", "statistics", "Missing and recovered footage by day, speeds, when the backlog is done"),
    Action("gaps.scope", "a", "all/one", "The gaps of all cameras, or of the chosen one only"),
    Action(
        "gaps.together",
        "t",
        "together",
        "Gaps of several cameras that began together as one outage (f fills it), or each by itself",
        frozenset({Place.GAPS}),
    ),
    Action("outage.open", "right", "open", "Open an outage (enter, too)", frozenset({Place.GAPS})),
    Action("outage.close", "left", "close", "Close an outage", frozenset({Place.GAPS})),
    Action("log.open", "enter", "its log", "The log of the chosen gap's or fill's work", ON_A_GAP),
    Action("zone.next", "T", "time zone", "Show times in the next zone: here, UTC, at the site"),
    Action("theme.next", "ctrl+t", "theme", "The next colours: dark, light, high contrast"),
    Action("line.show", "b", "line", "How much is sent to the terminal; press again to send less, or everything"),
    Action("screen.redraw", "ctrl+l", "redraw", "Draw the screen again, if other output damaged it"),
    Action("screen.export", "x", "export", "Write the table as shown, or a picture of the screen, into a file"),
    Action("help.show", "question_mark,f1", "all keys", "All keys, and what the words mean"),
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

IN_THE_LOG = frozenset({Place.LOG})
LOG_KEYS = (
    Action("log.pause", "space", "hold", "Hold the log still, or follow its end again", IN_THE_LOG),
    Action("log.search", "slash", "search", "Search the log", IN_THE_LOG),
    Action("log.next", "n", "next", "The next line that was searched for", IN_THE_LOG),
    Action("log.previous", "N", "previous", "The one before", IN_THE_LOG),
    Action("log.warnings", "W", "warnings", "Only lines that look like warnings or errors, or all", IN_THE_LOG),
    Action("log.merge", "m", "all fills", "The logs of all running fills as one by time, or of one fill", IN_THE_LOG),
    Action("log.wrap", "R", "wrap", "Wrap long lines, or cut them", IN_THE_LOG),
    Action("log.copy", "y", "copy", "Copy the line that was found, else the last one in view", IN_THE_LOG),
    Action("log.page", "P", "pager", "Open the whole log in $PAGER", IN_THE_LOG),
)
SEARCH_KEYS = (
    Action("search.go", "enter", "search", "To the next line with these words"),
    Action("search.not", "escape", "back", "Do not search"),
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

URL_MOVES = (
    Action("dialog.down", "down,j,pagedown", "more", "Scroll down"),
    Action("dialog.up", "up,k,pageup", "back", "Scroll up"),
)

FILTER_KEYS = (
    Action("filter.keep", "down", "keep", "Keep the filter and go to the table"),
    Action("filter.clear", "escape", "clear", "Show all"),
)

FORM_KEYS = (
    Action("form.save", "enter", "save", "Save the form"),
    Action("form.next", "tab,down", "next field", "To the next field"),
    Action("form.previous", "shift+tab,up", "field before", "To the field before"),
    Action("form.leave", "escape", "back", "Leave the form"),
)

CHOICE_KEYS = (
    Action("choice.next", "right,space", "next", "The next word"),
    Action("choice.previous", "left", "before", "The word before"),
)

CONFIRM_KEYS = (
    Action("confirm.yes", "y", "yes", "Do it"),
    Action("confirm.no", "n,escape,q", "no", "Leave it"),
)

QUIT_KEYS = (
    Action("quit.wait", "w", "wait", "Leave when the running fills are done"),
    Action("quit.stop", "s", "stop", "End the worker; what arrived is kept"),
    Action("quit.keep", "k", "keep filling", "Let the worker keep filling without a console"),
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

PAGE_SEARCH_KEYS = (
    Action("page.search", "slash", "search", "Search the page"),
    Action("page.next", "n", "next", "The next line with these words"),
)

_IN_DETAIL = (
    *("gap.fill", "gap.retry", "fill.cancel", "gap.url", "gap.picture"),
    *("help.show", "screen.export", "zone.next"),
)
DETAIL_KEYS = (
    *(action for id_ in _IN_DETAIL for action in ACTIONS if action.id == id_),
    *PAGE_SEARCH_KEYS,
    Action("dialog.close", "escape,d,q", "back", "Back to the tables"),
)

DIAGNOSIS_KEYS = (
    Action("diagnosis.again", "r,D", "once more", "Diagnose the camera once more", asks=True),
    Action("diagnosis.stop", "c", "stop", "Stop the diagnosis", asks=True),
    *PAGE_SEARCH_KEYS,
    Action("dialog.close", "escape,q", "back", "Back to the tables"),
)

_IN_STATS = ("screen.export", "help.show", "zone.next")
STATS_KEYS = (
    Action("stats.order", "o", "order", "The cameras slowest first, or by name"),
    *(action for id_ in _IN_STATS for action in ACTIONS if action.id == id_),
    *PAGE_SEARCH_KEYS,
    Action("dialog.close", "escape,S,q", "back", "Back to the tables"),
)

PICTURE_KEYS = (
    Action("picture.next", "right,l", "next", "The next frame"),
    Action("picture.previous", "left,h", "before", "The frame before"),
    Action("picture.next_file", "down,j", "next file", "The next file of the gap"),
    Action("picture.previous_file", "up,k", "file before", "The file before"),
    Action("picture.open", "o", "play", "Open the file in ANR_PLAYER, where there is a display"),
    Action("dialog.close", "escape,v,q", "back", "Close the picture"),
)

FIRST_KEYS = (
    Action("first.open", "o", "open", "Open another site database: its path is asked for"),
    Action("first.make", "m", "make", "Make an empty site database, for a site without Heldar", asks=True),
    Action("first.demo", "d", "demo", "The demo: six simulated cameras lose footage, and the gaps close", asks=True),
    Action("first.leave", "q,escape,ctrl+q", "leave", "Leave"),
    Action("first.default", "enter", "default", "What the screen says"),
    Action("first.down", "down,j,pagedown", "more", "Scroll down"),
    Action("first.up", "up,k,pageup", "back", "Scroll up"),
)

PATH_KEYS = (
    Action("path.take", "enter", "go on", "With this path"),
    Action("path.complete", "tab", "complete", "Take the name that is offered"),
    Action("path.not", "escape", "back", "No path"),
)

EXPORT_KEYS = (
    Action("export.csv", "c", "CSV", "For spreadsheets"),
    Action("export.json", "j", "JSON", "For programs"),
    Action("export.text", "t", "text", "For people"),
    Action("export.picture", "s", "screen as SVG", "A picture of the screen"),
    Action("export.not", "escape,n,q", "no", "Write nothing"),
)

BY_ID = {action.id: action for action in (*ACTIONS, *LOG_KEYS, *MOVES, *SIDEWAYS, *FOCUS)}
ALWAYS_IN_FOOTER = ("help.show", "app.quit")


def bindings(actions: Iterable[Action]) -> list[BindingType]:
    """Textual's bindings of these actions; each calls `action_do(id)` of the class that declares it."""
    return [
        Binding(action.keys, f"do('{action.id}')", action.words, id=action.id, tooltip=action.tooltip, show=False)
        for action in actions
    ]


def offered(place: Place | None, *, is_read_only: bool = False) -> list[Action]:
    """The actions that apply in this pane, in the order of the registry."""
    actions = (*LOG_KEYS, *ACTIONS) if place is Place.LOG else ACTIONS
    return [action for action in actions if action.applies(place) and not (action.asks and is_read_only)]
