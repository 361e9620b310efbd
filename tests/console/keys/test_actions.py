"""The registry of keys: no key means two things in one place, and each is shown somewhere."""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from pathlib import Path
from unittest.mock import ANY

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from anr_tui import console
from anr_tui.console.commands import quit as quitting
from anr_tui.console.commands.display_commands import DisplayCommands
from anr_tui.console.commands.worker_commands import WorkerCommands
from anr_tui.console.dialogs import export
from anr_tui.console.dialogs.camera_form import CameraDialog
from anr_tui.console.dialogs.export import ExportDialog
from anr_tui.console.dialogs.form_fields import Choice
from anr_tui.console.dialogs.path_prompt import PathDialog, PathInput
from anr_tui.console.dialogs.question import ConfirmDialog, HelpScreen, QuitDialog, UrlDialog, help_groups
from anr_tui.console.dialogs.worker_dialog import WorkerDialog
from anr_tui.console.first_start.screen import FirstScreen
from anr_tui.console.keys.actions import (
    ACTIONS,
    ALWAYS_IN_FOOTER,
    BY_ID,
    EXPORT_KEYS,
    FOCUS,
    LOG_KEYS,
    MOVES,
    QUIT_KEYS,
    SIDEWAYS,
    Action,
    Place,
)
from anr_tui.console.keys.footer_priority import FIRST
from anr_tui.console.keys.keymap import MAPPABLE, Keymap
from anr_tui.console.logs.log_pane import LogPane
from anr_tui.console.logs.search_dialog import SearchDialog
from anr_tui.console.main.filter_line import FilterInput
from anr_tui.console.main.footer import footer_spans
from anr_tui.console.main.navigation import Navigation
from anr_tui.console.main.screen import MainScreen
from anr_tui.console.screens.diagnosis_screen import DiagnosisScreen
from anr_tui.console.screens.gap_screen import GapScreen
from anr_tui.console.screens.stats_screen import StatsScreen
from anr_tui.console.tables.table_commands import table_actions


def test_ids_are_unique_and_read_area_dot_verb() -> None:
    every = (*ACTIONS, *LOG_KEYS, *MOVES, *SIDEWAYS, *FOCUS)

    assert len(BY_ID) == len(every)
    assert all(action.id.count(".") == 1 for action in every)


@pytest.mark.parametrize("place", Place)
def test_no_key_means_two_things_in_one_place(place: Place) -> None:
    keys = [
        key
        for action in (*ACTIONS, *LOG_KEYS, *MOVES, *SIDEWAYS, *FOCUS)
        if action.applies(place)
        for key in action.keys.split(",")
    ]

    assert len(keys) == len(set(keys))


def test_the_help_names_every_key() -> None:
    named = [action.id for _, actions in help_groups() for action in actions]

    assert sorted(named) == sorted(BY_ID)


@pytest.mark.parametrize("place", Place)
def test_the_footer_shows_what_fits_and_applies(place: Place) -> None:
    for width in (30, 80, 160):
        shown = [action for action, _ in footer_spans(place, width, Keymap())]
        texts = ["".join(part.text for part in spans) for _, spans in footer_spans(place, width, Keymap())]

        assert all(action.applies(place) for action in shown)
        assert {action.id for action in shown} >= set(ALWAYS_IN_FOOTER)
        assert len("".join(texts)) <= width + 1


@pytest.mark.parametrize("place", Place)
def test_what_the_footer_shows_first_can_be_done_there(place: Place) -> None:
    wanted = FIRST[place]

    assert len(wanted) == len(set(wanted))
    assert all(BY_ID[name].applies(place) for name in wanted)


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (Place.CAMERAS, "enter / ! C D ? q"),
        (Place.GAPS, "f c / ! space r ? q"),
        (Place.FILLS, "c f / ! space ? q"),
        (Place.LOG, "esc space / W R ? q"),
        (Place.EVENTS, "enter esc ? q"),
    ],
)
def test_the_most_wanted_keys_are_there_at_80_columns(place: Place, wanted: str) -> None:
    shown = [action.shown_keys[0] for action, _ in footer_spans(place, 80, Keymap())]

    assert set(shown) >= set(wanted.split())


def test_keys_are_shown_as_people_write_them() -> None:
    assert BY_ID["help.show"].shown_keys == ("?", "f1")
    assert BY_ID["move.page_down"].shown_keys == ("pgdn", "ctrl-f")


def test_the_document_names_every_action_that_may_have_keys_of_ones_own() -> None:
    text = (Path(__file__).parents[2] / "docs/console.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([a-z._]+)` \|", text, re.MULTILINE)) == set(MAPPABLE)


def _bound_classes() -> list[type[DOMNode]]:
    """Every class of the console that has keys of its own."""
    modules = [
        importlib.import_module(each.name) for each in pkgutil.walk_packages(console.__path__, "anr_tui.console.")
    ]
    classes = {
        each
        for module in modules
        for each in vars(module).values()
        if inspect.isclass(each) and issubclass(each, DOMNode) and each.__module__.startswith(f"{console.__name__}.")
    }
    return sorted((each for each in classes if "BINDINGS" in vars(each)), key=lambda each: each.__name__)


def _bound_ids(cls: type[DOMNode]) -> dict[str, set[str]]:
    """The ids of a class's actions, by the methods that its keys call."""
    ids: dict[str, set[str]] = {}
    for binding in vars(cls)["BINDINGS"]:
        if isinstance(binding, Binding) and (called := re.fullmatch(r"(\w+)\('(.+)'\)", binding.action)):
            ids.setdefault(f"action_{called[1]}", set()).add(called[2])
    return ids


def _named(function: object) -> set[str]:
    """The ids of actions that a function's code names."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]  # a function
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"[a-z]+\.[a-z_]+", text)}


# What the last branch of a screen's own method does, which names no id. Another id that ends there is a key that nobody
# gave a meaning.
LAST_BRANCH: dict[type[DOMNode], set[str]] = {
    CameraDialog: {"form.previous"},
    Choice: {"choice.next"},
    DiagnosisScreen: {"diagnosis.stop"},
    FirstScreen: {"first.open"},
    GapScreen: {"gap.fill", "gap.retry", "fill.cancel", "gap.url"},
    HelpScreen: {"dialog.up"},
    LogPane: {"log.merge", "log.page"},
    StatsScreen: {"screen.export"},
    UrlDialog: {"dialog.close"},
    WorkerDialog: {"dialog.up"},
}
# These end with the id as their answer, or know one key only.
HANDED_ON = {
    (ConfirmDialog, "action_answer"),
    (ExportDialog, "action_answer"),
    (FilterInput, "action_filter"),
    (MainScreen, "action_stay"),
    (PathDialog, "action_answer"),
    (PathInput, "action_complete"),
    (QuitDialog, "action_answer"),
    (SearchDialog, "action_answer"),
}
DISPATCHERS = (
    MainScreen.action_do,
    Navigation.actions,
    table_actions,
    DisplayCommands.__init__,
    WorkerCommands._perform,
)
"""Where the main screen looks for what an action does; the last of them ignores what it does not know."""
METHODS = [(cls, method) for cls in _bound_classes() for method in _bound_ids(cls)]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_the_main_screen_has_exactly_one_handler_for_an_action(action: Action) -> None:
    assert [each.__qualname__ for each in DISPATCHERS if action.id in _named(each)] == [ANY]


@pytest.mark.parametrize("dispatcher", DISPATCHERS, ids=lambda each: each.__qualname__)
def test_no_handler_of_the_main_screen_is_of_an_action_that_is_not(dispatcher: object) -> None:
    assert _named(dispatcher) <= {action.id for action in ACTIONS}


@pytest.mark.parametrize(("cls", "method"), METHODS, ids=lambda each: getattr(each, "__name__", each))
def test_every_key_of_a_screen_is_named_where_it_is_handled(cls: type[DOMNode], method: str) -> None:
    ids, named = _bound_ids(cls)[method], _named(getattr(cls, method))

    if (cls, method) in HANDED_ON:
        assert named == set()
    elif (cls, method) != (MainScreen, "action_do"):
        assert named <= ids
        assert ids - named == (LAST_BRANCH.get(cls, set()) if method != "action_move" else set())


def test_what_the_screen_of_a_gap_leaves_to_others_is_handled_there() -> None:
    assert LAST_BRANCH[GapScreen] <= _named(WorkerCommands._perform)


def test_what_the_log_leaves_to_the_main_screen_is_handled_there() -> None:
    (rest,) = LAST_BRANCH[LogPane] - _named(MainScreen._log_asked)

    assert rest == "log.page"  # its last branch


def test_every_action_of_a_log_is_one_of_its_pane() -> None:
    assert _bound_ids(LogPane)["action_log"] == {action.id for action in LOG_KEYS}


def test_every_answer_of_a_question_is_taken_or_means_no() -> None:
    assert {action.id for action in EXPORT_KEYS} - _named(export) == {"export.not"}
    assert {action.id for action in QUIT_KEYS} - _named(quitting) == {"quit.not"}
