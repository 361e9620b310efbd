"""A form for a new camera, one for a camera that there is, and the template that comes of a form."""

from anr_tui.domain.camera import Camera
from anr_tui.view.camera.fields import CameraForm, Draft
from anr_tui.view.camera.form import check, form_of

TEMPLATE = "rtsp://192.0.2.12/playback?channel={channel}&from={start}&to={end}"
NEW = Draft(CameraForm(), taken=frozenset({"gate", "front gate"}))


def draft_of(camera: Camera) -> Draft:
    return Draft(form_of(camera), camera, NEW.taken - {camera.id, camera.name.casefold()})


def stored(form: CameraForm, draft: Draft = NEW) -> str | None:
    """The template that would be written."""
    values = check(form, draft).values
    assert values is not None
    return values.replay_url_template.reveal() if values.replay_url_template else None
