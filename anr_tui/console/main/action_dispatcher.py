"""From the id of an action to what carries it out, where the action applies; else a message says why it does not."""

from collections.abc import Callable, Mapping

from anr_tui.console.dialogs.question import READ_ONLY
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.keys.actions import BY_ID, NOT_LEAVING, Place
from anr_tui.console.keys.handlers import Handler
from anr_tui.console.keys.keymap import Keymap


class ActionDispatcher:
    """Carries out the actions of the main screen.

    `handlers` are by the ids of the actions, one each. `conditions` are of those whose keys are somebody else's at
    other times: whether they are the main screen's now. `place` gives where the focus is, and `keys` says which actions
    share a key.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        conditions: Mapping[str, Callable[[], bool]],
        *,
        place: Callable[[], Place | None],
        keys: Keymap,
        is_read_only: bool,
        show_message: Callable[[StatusMessage], None],
    ) -> None:
        self.handlers = handlers
        self._conditions = conditions
        self._place = place
        self._keys = keys
        self._is_read_only = is_read_only
        self._show_message = show_message

    def carry_out(self, action_id: str) -> object:
        """Carry out an action where it applies to the focused pane; the answer is its handler's, None without one."""
        action = BY_ID.get(action_id, NOT_LEAVING)
        if action.asks and self._is_read_only:
            self._show_message(StatusMessage(READ_ONLY, Tone.WARN))
        elif not action.applies(self._place()):
            places = " or ".join(sorted(each.value for each in action.places))
            text = f"{action.words}: choose one in the {places} first (tab goes there)."
            self._show_message(StatusMessage(text, Tone.WARN))
        else:
            return self.handlers[action_id]()
        return None

    def owns_key(self, action_id: str) -> bool:
        """Whether the key of an action is for this action now: two may share one where their places differ.

        One that applies nowhere near is called all the same, and answers with a message.
        """
        if action_id in self._conditions:
            return self._conditions[action_id]()
        action, place = BY_ID[action_id], self._place()
        return action.applies(place) or not any(each.applies(place) for each in self._keys.rivals(action))
