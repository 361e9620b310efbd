"""Each action has exactly one method that carries it out, or the program does not start."""

import importlib
import inspect
import pkgutil
import re

import pytest
from textual.dom import DOMNode

from anr_tui import console
from anr_tui.console.commands.quit import REQUESTS
from anr_tui.console.dialogs.export import FORMATS
from anr_tui.console.dialogs.question import QuestionDialog
from anr_tui.console.keys.actions import (
    ACTIONS,
    EXPORT_KEYS,
    LOG_KEYS,
    NOT_LEAVING,
    QUIT_KEYS,
    Action,
)
from anr_tui.console.keys.handlers import HandlerError, KeyHandlers, collected, handler_methods, handlers_of, handles
from anr_tui.console.main.screen import MainScreen
from tests.console.site import console as console_on_a_site


def _classes_with_keys() -> list[type[DOMNode]]:
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
    return sorted((each for each in classes if vars(each).get("BINDINGS")), key=lambda each: each.__name__)


def _bound_ids(cls: type[DOMNode]) -> list[str]:
    """The ids of the actions that a class's own keys ask for."""
    bound = [re.fullmatch(r"do\('(.+)'\)", each.action) for each in vars(cls)["BINDINGS"]]
    assert all(bound)
    return [each[1] for each in bound if each]


CLASSES = _classes_with_keys()
QUESTIONS = [each for each in CLASSES if issubclass(each, QuestionDialog)]
"""Their answer is the id of the action itself."""
BY_METHODS = [each for each in CLASSES if each is not MainScreen and each not in QUESTIONS]


@pytest.mark.parametrize("cls", BY_METHODS, ids=lambda each: each.__name__)
def test_every_key_of_a_screen_has_exactly_one_handler(cls: type[DOMNode]) -> None:
    assert issubclass(cls, KeyHandlers)
    assert sorted(_bound_ids(cls)) == sorted(handler_methods(cls)) == sorted(action.id for action in cls.KEYS)


def test_every_action_of_the_main_screen_has_exactly_one_handler() -> None:
    handlers = list(console_on_a_site().main.actions.handlers)

    assert sorted(handlers) == sorted(action.id for action in (*ACTIONS, *LOG_KEYS, NOT_LEAVING))
    assert sorted(_bound_ids(MainScreen)) == sorted(action.id for action in (*ACTIONS, NOT_LEAVING))


@pytest.mark.parametrize("cls", QUESTIONS, ids=lambda each: each.__name__)
def test_a_question_is_answered_by_its_own_keys(cls: type[QuestionDialog]) -> None:
    assert _bound_ids(cls) == [action.id for action in cls.KEYS]


def test_every_answer_of_a_question_is_taken_or_means_no() -> None:
    assert {action.id for action in EXPORT_KEYS} - FORMATS.keys() == {"export.picture", "export.not"}
    assert {action.id for action in QUIT_KEYS} - REQUESTS.keys() == {"quit.not"}


ONE, OTHER = Action("one.do", "1", "one", "One"), Action("other.do", "2", "other", "Other")


class Handling:
    """An object that carries out `one.do`."""

    def __init__(self) -> None:
        self.done: list[str] = []

    @handles("one.do")
    def do_one(self) -> None:
        self.done.append("one")


class HandlingBoth(Handling):
    """An object that carries out more, two actions by one method."""

    @handles("other.do", "third.do")
    def do_other(self, action_id: str) -> None:
        self.done.append(action_id)


def test_a_handler_is_called_and_one_of_several_actions_gets_the_id() -> None:
    owner = HandlingBoth()
    handlers = handlers_of(owner)
    for action_id in ("one.do", "other.do", "third.do"):
        handlers[action_id]()

    assert owner.done == ["one", "other.do", "third.do"]


def test_an_action_that_nothing_carries_out_is_an_error_at_start() -> None:
    with pytest.raises(HandlerError, match=r"The keys: nothing carries out other\.do\."):
        collected([ONE, OTHER], handlers_of(Handling()))
    with pytest.raises(HandlerError, match=r"Forgetful: nothing carries out other\.do\."):
        type("Forgetful", (KeyHandlers, Handling), {"KEYS": (ONE, OTHER)})


def test_an_action_with_two_handlers_is_an_error_at_start() -> None:
    with pytest.raises(HandlerError, match=r"These actions have two handlers: one\.do\."):
        collected([ONE], handlers_of(Handling()), handlers_of(Handling()))
    again = handles("one.do")(lambda self: None)
    with pytest.raises(HandlerError, match=r"Twice: again and do_one both carry out one\.do\."):
        type("Twice", (KeyHandlers, Handling), {"KEYS": (ONE,), "again": again})


def test_a_handler_of_no_listed_action_is_an_error_at_start() -> None:
    with pytest.raises(HandlerError, match=r"The keys: no key is for one\.do\."):
        collected([], handlers_of(Handling()))


def test_a_method_that_is_replaced_carries_out_nothing() -> None:
    with pytest.raises(HandlerError, match=r"nothing carries out one\.do\."):
        type("Replacing", (KeyHandlers, Handling), {"KEYS": (ONE,), "do_one": lambda self: None})
