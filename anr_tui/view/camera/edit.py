"""Adding and changing cameras: written into the site database, and recorded as events in the journal."""

from dataclasses import dataclass, replace

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import JournalError, ReplayError, SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.secret import Secret
from anr_tui.domain.timestamps import now_utc
from anr_tui.platform.secrets.masking import holds_secret
from anr_tui.platform.user import who_am_i
from anr_tui.replay.dialects.registry import device_of
from anr_tui.sites.heldar.sealed_passwords import is_sealed, seal
from anr_tui.sites.interface import CameraValues
from anr_tui.view.camera.fields import CameraForm, Draft
from anr_tui.view.camera.form import form_of, masked_url
from anr_tui.view.databases import Databases
from anr_tui.view.tables.text_tables import Fields

PLAIN = "The password is stored as plain text, as Heldar does without HELDAR_SECRET_KEY."
OWN_LOGIN = "The template carries a login of its own, so the user and password are not used."
_COLUMNS = ("name", "vendor", "address", "rtsp_port", "username", "anr_enabled", "replay_url_template")
_WORDS = {"rtsp_port": "port", "username": "user", "anr_enabled": "ANR", "replay_url_template": "replay URL"}


@dataclass(frozen=True, slots=True)
class SavedCamera:
    """A camera as it is stored now.

    `changed` are the columns that were written, empty where nothing was; `notes` are sentences for the person.
    """

    camera: Camera
    is_new: bool
    changed: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The change in one sentence."""
        if self.is_new:
            return f"Camera {self.camera.name} was added."
        if not self.changed:
            return f"Camera {self.camera.name} was not changed."
        return f"Camera {self.camera.name} was changed: {', '.join(_WORDS.get(each, each) for each in self.changed)}."


class CameraEditor:
    """Adds and changes cameras; `secret_key` seals their passwords; with None they are stored as plain text."""

    def __init__(self, databases: Databases, secret_key: Secret | None) -> None:
        self._databases = databases
        self._secret_key = secret_key

    async def draft(self, camera_id: str | None) -> Draft:
        """The initial values of a camera form: those of the stored camera, or of a new one for None.

        Raises AnrError.
        """
        self._databases.check_may_write()
        cameras = (await self._databases.site.cameras.all()).good
        before = next((each for each in cameras if each.id == camera_id), None)
        if camera_id is not None and before is None:
            raise SiteError(f"There is no camera {camera_id!r}, or its row cannot be read.")
        others = [each for each in cameras if each is not before]
        return Draft(
            form=form_of(before) if before else CameraForm(),
            before=before,
            taken=frozenset(text.casefold() for each in others for text in (each.id, each.name)),
            is_ours=await self._databases.site.camera_table.is_ours(),
            is_sealing=self._secret_key is not None,
        )

    async def save(self, draft: Draft, values: CameraValues, *, even_if_foreign: bool = False) -> SavedCamera:
        """Write the values of a form that began as `draft`. Raises AnrError where nothing was written.

        A site database that anr-tui did not make is written only with `even_if_foreign`.
        """
        self._databases.check_may_write()
        await self._databases.follow_journal()
        before, now = draft.before, now_utc()
        changed = _changed(before, values)
        if before is not None and not changed:
            return SavedCamera(before, is_new=False, changed=())
        sealed = self._sealed(values)
        if before is None:
            camera_id = await self._databases.site.camera_table.add(sealed, now, even_if_foreign=even_if_foreign)
        else:
            camera_id = before.id
            table = self._databases.site.camera_table
            await table.change(camera_id, before.updated_at, sealed, now, even_if_foreign=even_if_foreign)
        camera = await self._databases.camera(camera_id)
        if camera is None:
            raise SiteError(f"Camera {camera_id!r} was saved, but has been removed since.")
        saved = SavedCamera(camera, before is None, changed, _notes(camera, values))
        try:
            await self._tell(saved, is_ours=draft.is_ours)
        except JournalError as error:
            return replace(saved, notes=(*saved.notes, f"This could not be recorded as an event: {error}"))
        return saved

    async def trust_anew(self, camera_id: str) -> None:
        """Forget what a camera's devices were trusted by, and leave an event that says who did it. JournalError."""
        await self._databases.journal.device_trust.forget(camera_id)
        words = f"The device of camera {camera_id} is trusted anew: its next login and certificate are remembered."
        await self._databases.journal.events.add(
            EventKind.CAMERA_CHANGED, words, who=who_am_i(), now=now_utc(), camera_id=camera_id
        )
        self._databases.note_write()

    def _sealed(self, values: CameraValues) -> CameraValues:
        key = self._secret_key
        if values.password is None or key is None:
            return values
        return replace(values, password=seal(values.password, key))

    async def _tell(self, saved: SavedCamera, *, is_ours: bool) -> None:
        kind = EventKind.CAMERA_ADDED if saved.is_new else EventKind.CAMERA_CHANGED
        words = [saved.words, _state_words(saved.camera)] + (
            [] if is_ours else ["anr-tui did not make this site database."]
        )
        await self._databases.journal.events.add(
            kind, " ".join(words), who=who_am_i(), now=now_utc(), camera_id=saved.camera.id
        )
        self._databases.note_write()


def _changed(before: Camera | None, values: CameraValues) -> tuple[str, ...]:
    """The columns whose values differ; for a new camera all that are set.

    A password that was typed counts as changed.
    """
    changed = [name for name in _COLUMNS if getattr(values, name) != (getattr(before, name) if before else None)]
    return tuple(changed if values.password is None else [*changed, "password"])


def _notes(camera: Camera, values: CameraValues) -> tuple[str, ...]:
    notes = []
    if values.password is not None and camera.password is not None and not is_sealed(camera.password):
        notes.append(PLAIN)
    template = camera.replay_url_template.reveal() if camera.replay_url_template else ""
    if holds_secret(template):
        notes.append(OWN_LOGIN)
    return tuple(notes)


def _state_words(camera: Camera) -> str:
    anr = f"ANR is {'on' if camera.anr_enabled else 'off'}."
    try:
        return f"It is a {camera.vendor} at {device_of(camera)}; {anr}"
    except ReplayError:
        return anr


def saved_fields(saved: SavedCamera) -> Fields:
    """The fields of a saved camera for JSON, without its secrets."""
    camera = saved.camera
    return {
        "id": camera.id,
        "name": camera.name,
        "vendor": camera.vendor,
        "address": camera.address,
        "rtsp_port": camera.rtsp_port,
        "anr_enabled": camera.anr_enabled,
        "has_password": camera.password is not None,
        "is_sealed": camera.password is not None and is_sealed(camera.password),
        "replay_url": masked_url(camera),
        "is_new": saved.is_new,
        "changed": list(saved.changed),
        "notes": list(saved.notes),
    }


def saved_text(saved: SavedCamera) -> str:
    """A saved camera as text, without its secrets."""
    url = masked_url(saved.camera)
    lines = [f"{saved.words} Its id is {saved.camera.id}.", *saved.notes]
    return "\n".join([*lines, f"Its replay URL is {url}"] if url else lines)
