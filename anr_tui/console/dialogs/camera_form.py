"""The form of a camera: one field a line with its error beside it, and the masked replay URL that results."""

import logging
from collections.abc import Awaitable, Callable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from anr_tui.console.commands.worker_commands import WORKER_COMMANDS
from anr_tui.console.dialogs.form_fields import Choice, PasswordField, TextField
from anr_tui.console.dialogs.question import ConfirmDialog, keys_line
from anr_tui.console.drawing.sanitize import plain
from anr_tui.console.drawing.status_message import UNEXPECTED
from anr_tui.console.drawing.styled_text import TONE_CLASSES
from anr_tui.console.keys.actions import FORM_KEYS, bindings
from anr_tui.console.keys.handlers import KeyHandlers, handles
from anr_tui.domain.errors import AnrError
from anr_tui.domain.secret import Secret
from anr_tui.platform.glyphs import Glyphs
from anr_tui.sites.heldar.camera_table import NOT_OURS
from anr_tui.sites.interface import CameraValues
from anr_tui.view.camera.edit import PLAIN, SavedCamera
from anr_tui.view.camera.fields import VENDORS, CameraField, CameraForm, Draft
from anr_tui.view.camera.form import Checked, check, masked_url

log = logging.getLogger(__name__)

Save = Callable[[CameraValues], Awaitable[SavedCamera | None]]
"""Writes a camera; returns None where the person decided against it. Raises AnrError."""

_LABELS = {
    CameraField.NAME: "Name",
    CameraField.VENDOR: "Vendor",
    CameraField.ADDRESS: "Address",
    CameraField.PORT: "Port",
    CameraField.USER: "User",
    CameraField.PASSWORD: "Password",
    CameraField.CHANNEL: "Channel",
    CameraField.TEMPLATE: "Template",
    CameraField.ANR: "ANR",
}
_HINTS = {
    CameraField.ADDRESS: "host name or IP address",
    CameraField.PORT: "554",
    CameraField.CHANNEL: "1; of a recorder: which",
    CameraField.TEMPLATE: "none: Hikvision's own; else rtsp://... with {start}, {end}",
}
_LONGEST = {CameraField.PORT: 5, CameraField.CHANNEL: 4, CameraField.TEMPLATE: 1000}


class CameraDialog(KeyHandlers, ModalScreen[SavedCamera | None]):
    """The form for a new or stored camera; its result is the saved camera, None where nothing was saved."""

    COMPONENT_CLASSES = TONE_CLASSES
    KEYS = FORM_KEYS
    BINDINGS = bindings(FORM_KEYS)
    AUTO_FOCUS = "#name"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (112, "-roomy")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]

    def __init__(self, draft: Draft, save: Save, glyphs: Glyphs) -> None:
        super().__init__()
        self._draft = draft
        self._save = save
        self._left: set[CameraField] = set()
        self._is_saving = False
        self._fields = {field: self._field(field, glyphs) for field in CameraField}
        self._errors = {field: Static(classes="field-error") for field in CameraField}

    def compose(self) -> ComposeResult:
        before = self._draft.before
        with Vertical(classes="dialog form"):
            title = f"Change camera {before.name}" if before else "Add a camera"
            yield Static(plain(title), classes="dialog-title")
            with VerticalScroll(classes="dialog-scroll", can_focus=False):
                for field in CameraField:
                    with Horizontal(classes="field"):
                        yield Static(_LABELS[field], classes="field-label")
                        yield self._fields[field]
                        yield self._errors[field]
            yield Static(id="form-url", classes="dialog-label")
            yield Static(id="form-note", classes="dialog-note")
            yield Static(keys_line(FORM_KEYS), classes="dialog-keys")

    def on_mount(self) -> None:
        self._show()

    @property
    def form(self) -> CameraForm:
        """The values that are typed into the form."""
        texts = {str(field): self._text(field) for field in CameraField}
        password = Secret(texts.pop(CameraField.PASSWORD))
        return CameraForm(**texts | {"password": password, "anr": texts[CameraField.ANR] == "on"})  # type: ignore[arg-type]  # texts but for these two

    @handles("form.leave")
    def _begin_to_leave(self) -> None:
        self.run_worker(self._leave(), group="leave", exclusive=True, exit_on_error=False)

    @handles("form.next")
    def _to_next_field(self) -> None:
        self.focus_next()

    @handles("form.previous")
    def _to_previous_field(self) -> None:
        self.focus_previous()

    @on(Input.Changed)
    @on(Choice.Changed)
    def _typed(self, event: Input.Changed | Choice.Changed) -> None:
        event.stop()
        self._show()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._begin_to_save()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if event.widget.id in set(CameraField):
            self._left.add(CameraField(event.widget.id))
            self._show()

    def _field(self, field: CameraField, glyphs: Glyphs) -> Widget:
        form, before = self._draft.form, self._draft.before
        longest = _LONGEST.get(field, 100)
        if field is CameraField.VENDOR:
            words = VENDORS if form.vendor in VENDORS else (*VENDORS, form.vendor)
            return Choice(words, form.vendor, glyphs, place=field)
        if field is CameraField.ANR:
            return Choice(("on", "off"), "on" if form.anr else "off", glyphs, place=field)
        if field is CameraField.PASSWORD:
            has_one = before is not None and before.password is not None
            return PasswordField(place=field, longest=longest, placeholder="as it is" if has_one else "none")
        text = str(getattr(form, field))
        return TextField(text, place=field, longest=max(longest, len(text)), placeholder=_HINTS.get(field, ""))

    def _text(self, field: CameraField) -> str:
        widget = self._fields[field]
        return widget.value if isinstance(widget, Input | Choice) else ""

    def _show(self) -> Checked:
        """Check the fields, and show the errors beside them and the URL below them."""
        form = self.form
        checked = check(form, self._draft)
        for field, shown in self._errors.items():
            sentence = checked.errors.get(field, "") if field in self._left else ""
            shown.update(plain(sentence))
            shown.display = bool(sentence)
        url = masked_url(checked.camera)
        self.query_one("#form-url", Static).update(plain(f"Asks {url}" if url else "No replay URL yet."))
        self._note(self._word_of_warning(form))
        return checked

    def _word_of_warning(self, form: CameraForm) -> str:
        is_plain = bool(form.password.reveal()) and not self._draft.is_sealing
        return " ".join([NOT_OURS] * (not self._draft.is_ours) + [PLAIN] * is_plain)

    def _note(self, text: str) -> None:
        self.query_one("#form-note", Static).update(plain(text))

    @handles("form.save")
    def _begin_to_save(self) -> None:
        self._left = set(CameraField)
        checked = self._show()
        wrong = next((field for field in CameraField if field in checked.errors), None)
        if wrong is not None:
            self._fields[wrong].focus()
        elif checked.values is not None and not self._is_saving:
            self._is_saving = True
            self.run_worker(self._write(checked.values), group=WORKER_COMMANDS, exit_on_error=False)

    async def _write(self, values: CameraValues) -> None:
        try:
            if (saved := await self._save(values)) is not None:
                self.dismiss(saved)
        except AnrError as error:
            self._note(f"Not saved: {error}")
        except Exception:
            log.exception("saving a camera failed")
            self._note(UNEXPECTED.text)
        finally:
            self._is_saving = False

    async def _leave(self) -> None:
        question = ConfirmDialog("Leave the form?", "Nothing is saved yet.")
        if self.form == self._draft.form or await self.app.push_screen_wait(question) == "confirm.yes":
            self.dismiss(None)
