"""The keymap of this operator: the keys of the registry, replaced by those in the table `[anr_keys]`."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from textual.keys import Keys

from anr_tui.console.keys.actions import BY_ID, FOCUS, Action, key_names
from anr_tui.console.terminal.textual_private import key_of_character
from anr_tui.domain.errors import SettingsError

MAPPABLE = {id_: action for id_, action in BY_ID.items() if action not in FOCUS}
"""The actions whose keys can be changed: not those of dialogs, which name their keys, nor the change of the focus."""

_TAKEN = {"tab": "goes from pane to pane", "shift+tab": "goes from pane to pane", "ctrl+p": "opens the palette"}
_TAKEN |= {"ctrl+c": "is the terminal's", "ctrl+z": "is the terminal's"}
_NAMES = {"esc": "escape", "pgdn": "pagedown", "pgup": "pageup", "return": "enter", "del": "delete"}
_KNOWN = {key.value for key in Keys if not key.value.startswith("<")}
_MODIFIERS = ("ctrl", "alt", "shift")


@dataclass(frozen=True, slots=True)
class Keymap:
    """The operator's keymap: `own` has the keys that replace an action's, as Textual names them, with commas."""

    own: Mapping[str, str] = field(default_factory=dict)

    def keys_of(self, action: Action) -> str:
        """The keys of an action in this keymap, as Textual names them."""
        return self.own.get(action.id, action.keys)

    def shown(self, action: Action) -> tuple[str, ...]:
        """The keys of an action as people write them; the first is to be shown where one is enough."""
        return key_names(self.keys_of(action))

    def first(self, action_id: str) -> str:
        """The key of an action to be named in a sentence."""
        return self.shown(BY_ID[action_id])[0]

    @property
    def for_textual(self) -> dict[str, str]:
        """The keymap for Textual: all of it if anything is changed, since Textual drops keys shared with a change."""
        return {action.id: self.keys_of(action) for action in MAPPABLE.values()} if self.own else {}

    def rivals(self, action: Action) -> Iterator[Action]:
        """The other actions that share a key with this one; they apply in other places."""
        keys = set(self.keys_of(action).split(","))
        return (each for each in MAPPABLE.values() if each is not action and keys & set(self.keys_of(each).split(",")))


def read_keymap(table: Mapping[str, Sequence[str]]) -> Keymap:
    """The keymap of a table `[anr_keys]`. Raises SettingsError with a sentence for each error in it."""
    keymap = Keymap({name: ",".join(textual_name(key) for key in keys) for name, keys in table.items()})
    wrong = [*_unknown(table), *_bad_keys(table), *_clashes(keymap)]
    if wrong:
        raise SettingsError("\n".join(f"[anr_keys]: {each}" for each in wrong), "docs/console.md has all actions.")
    return keymap


def textual_name(key: str) -> str:
    """The name of a key (`?`, `ctrl-x`, `F5`) as Textual writes it."""
    if len(key) == 1:
        return key_of_character(key)
    *modifiers, last = key.replace("-", "+").split("+") if key[-1:] not in ("+", "-") else (key,)
    last = key_of_character(last) if len(last) == 1 else _NAMES.get(last.lower(), last.lower())
    return "+".join([*(each.lower() for each in modifiers), last])


def _unknown(table: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name in table:
        if name not in MAPPABLE:
            near = difflib.get_close_matches(name, MAPPABLE, n=1)
            yield f"there is no action {name!r}." + (f" Did you mean {near[0]}?" if near else "")


def _bad_keys(table: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, keys in table.items():
        if not keys:
            yield f"{name} has no key."
        for key in keys:
            wanted = textual_name(key)
            if wanted in _TAKEN:
                yield f"{name}: {key} {_TAKEN[wanted]}."
            elif not _is_key(wanted):
                near = difflib.get_close_matches(wanted, _KNOWN, n=1)
                yield f"{name}: there is no key {key!r}." + (f" Did you mean {near[0]}?" if near else "")


def _is_key(name: str) -> bool:
    if name in _KNOWN:
        return True
    *modifiers, last = name.split("+")
    is_known = last in _KNOWN or len(last) == 1 or last in _signs()
    return is_known and all(each in _MODIFIERS for each in modifiers)


def _signs() -> set[str]:
    return {key_of_character(chr(code)) for code in range(0x21, 0x7F)}


def _clashes(keymap: Keymap) -> Iterator[str]:
    """Conflicts that involve a key of the table; those within the registry are found by tests."""
    for one, other in combinations(MAPPABLE.values(), 2):
        shared = set(keymap.keys_of(one).split(",")) & set(keymap.keys_of(other).split(","))
        if shared and one.places & other.places and {one.id, other.id} & set(keymap.own):
            key = key_names(min(shared))[0]
            yield f"{key} would be for {one.id} and for {other.id}; give one of them another key."
