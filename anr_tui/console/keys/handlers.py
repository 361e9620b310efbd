"""The link between actions and methods: a method names its actions, and each action has exactly one method.

An action without a method, one with two, and a method for an unlisted action are errors: for a class whose keys call
its own methods when its module is imported, for the main screen when it is created.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar

from anr_tui.console.keys.actions import Action

Handler = Callable[..., object]

_MethodT = TypeVar("_MethodT", bound=Callable[..., object])
_MARK = "_anr_action_ids"


class HandlerError(TypeError):
    """The actions and the methods that carry them out do not match: a fault in the program, never the operator's."""


def handles(*action_ids: str) -> Callable[[_MethodT], _MethodT]:
    """Mark a method as the one that carries out these actions, given by their ids (`area.verb`).

    A method of several actions is called with the id of the wanted one before any other argument.
    """

    def mark(method: _MethodT) -> _MethodT:
        setattr(method, _MARK, action_ids)
        return method

    return mark


@dataclass(frozen=True, slots=True)
class HandlerMethod:
    """The name of a method that carries out an action; if `takes_id`, it is called with the id of the action."""

    name: str
    takes_id: bool

    def of(self, owner: object, action_id: str) -> Handler:
        """The method of `owner`, bound so that it can be called for this action."""
        method: Handler = getattr(owner, self.name)
        return partial(method, action_id) if self.takes_id else method


def handler_methods(cls: type) -> dict[str, HandlerMethod]:
    """The methods of a class that carry out actions, by the ids of the actions.

    Raises HandlerError where two methods carry out the same action.
    """
    methods: dict[str, HandlerMethod] = {}
    for name in dict.fromkeys(name for base in cls.__mro__ for name in vars(base)):
        action_ids = _marks_of(cls, name)
        for action_id in action_ids:
            if action_id in methods:
                names = f"{methods[action_id].name} and {name}"
                raise HandlerError(f"{cls.__qualname__}: {names} both carry out {action_id}.")
            methods[action_id] = HandlerMethod(name, takes_id=len(action_ids) > 1)
    return methods


def handlers_of(owner: object) -> dict[str, Handler]:
    """The methods of an object that carry out actions, bound to it, by the ids of the actions.

    Raises HandlerError where two methods carry out the same action.
    """
    return {action_id: method.of(owner, action_id) for action_id, method in handler_methods(type(owner)).items()}


def collected(actions: Iterable[Action], *sources: Mapping[str, Handler]) -> dict[str, Handler]:
    """The handlers of these actions, by the ids of the actions, from all sources together.

    Raises HandlerError where an action has no handler or two, or a handler is of none of these actions.
    """
    handlers: dict[str, Handler] = {}
    for source in sources:
        if twice := handlers.keys() & source.keys():
            raise HandlerError(f"These actions have two handlers: {', '.join(sorted(twice))}.")
        handlers |= source
    check_handled(actions, handlers, "The keys")
    return handlers


def check_handled(actions: Iterable[Action], handled: Iterable[str], owner: str) -> None:
    """Raise HandlerError unless the ids in `handled` are those of `actions`; `owner` is named in the message."""
    wanted, has = {action.id for action in actions}, set(handled)
    if missing := wanted - has:
        raise HandlerError(f"{owner}: nothing carries out {', '.join(sorted(missing))}.")
    if unknown := has - wanted:
        raise HandlerError(f"{owner}: no key is for {', '.join(sorted(unknown))}.")


class KeyHandlers:
    """A base class of widgets and screens whose keys call their own methods, marked by `@handles`.

    `KEYS` lists the actions, and `BINDINGS` are `bindings(KEYS)`. This class must stand before the Textual class in the
    list of bases.
    """

    KEYS: ClassVar[Sequence[Action]] = ()
    _handler_methods: ClassVar[Mapping[str, HandlerMethod]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Collect the handlers. Raises HandlerError where they are not exactly those of `KEYS`."""
        super().__init_subclass__(**options)
        cls._handler_methods = handler_methods(cls)
        check_handled(cls.KEYS, cls._handler_methods, cls.__qualname__)

    def action_do(self, action_id: str) -> object:
        """Carry out an action of `KEYS`. Textual calls this for a key, and awaits what it returns where it can be."""
        return self._handler_methods[action_id].of(self, action_id)()


def _marks_of(cls: type, name: str) -> tuple[str, ...]:
    """The ids of the actions that the attribute of this name carries out, as the class resolves the name."""
    for base in cls.__mro__:
        if name in vars(base):
            return tuple(getattr(vars(base)[name], _MARK, ()))
    return ()
