"""What it takes to ask a camera: its row, its login, and how its clock stands. The only place where logins are read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import unquote

from pydantic import SecretStr

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.window import Window
from anr_tui.platform.masking import mask
from anr_tui.replay.dialects.urls import Credentials, split_url
from anr_tui.sites.heldar.sealed_passwords import open_sealed


@dataclass(frozen=True, slots=True)
class CameraAccess:
    """A camera and all that is needed to ask it. `make_access` and `open_access` make it.

    `login` is the template's own where it carries one, else the row's. `template` is the camera's own replay URL
    template without its login, None where it has none; a secret in its query stays where the camera expects it, and is
    one of `secrets`, the texts that must never be said. `clock_offset_s`: how far the camera's clock is ahead of ours,
    in seconds, as far as we know.
    """

    camera: Camera
    login: Credentials
    template: SecretStr | None = None
    secrets: tuple[SecretStr, ...] = ()
    clock_offset_s: int = 0

    @property
    def password(self) -> SecretStr | None:
        """The password that the camera gets."""
        return self.login.password

    def with_clock_offset(self, clock_offset_s: int) -> "CameraAccess":
        """The same, with what was learned of the camera's clock."""
        return replace(self, clock_offset_s=clock_offset_s)

    def by_its_clock(self, window: Window) -> Window:
        """A window of our time as the camera's clock has it."""
        offset = timedelta(seconds=self.clock_offset_s)
        return Window(window.start + offset, window.end + offset)


def open_access(camera: Camera, key: SecretStr | None) -> CameraAccess:
    """The access to a camera whose password may be sealed with `key` (HELDAR_SECRET_KEY).

    Raises SiteError where the password cannot be opened, and ReplayError as `make_access`.
    """
    return make_access(camera, open_sealed(camera.password, key, camera.id) if camera.password else None)


def make_access(camera: Camera, password: SecretStr | None) -> CameraAccess:
    """The access to a camera with an opened password; its template is taken apart here, once.

    Raises ReplayError for a template that is no replay URL; it names the camera and quotes nothing secret.
    """
    login = Credentials.of(camera.username, password)
    template = camera.replay_url_template.get_secret_value() if camera.replay_url_template else ""
    if not template:
        return CameraAccess(camera, login, secrets=_secrets(login, ""))
    try:
        parts = split_url(template)
    except ReplayError as error:
        raise about(camera, error) from None
    login = parts.login or login
    return CameraAccess(camera, login, SecretStr(parts.written), _secrets(login, parts.written))


def about(camera: Camera, error: ReplayError) -> ReplayError:
    """The same refusal, with the camera's id in front."""
    if str(error.args[0]).startswith(f"Camera {camera.id} "):
        return error
    return ReplayError(f"Camera {camera.id}: {error.args[0]}", error.hint)


def _secrets(login: Credentials, template: str) -> tuple[SecretStr, ...]:
    """Longest first, so that none is left over of one that holds another."""
    password = [login.password.get_secret_value()] if login.password else []
    texts = {text for text in [*password, *_secret_values(template)] if text}
    return tuple(SecretStr(text) for text in sorted(texts, key=lambda text: (-len(text), text)))


def _secret_values(template: str) -> Iterator[str]:
    for parameter in re.split(r"[?&;]", template)[1:]:
        if mask(f"?{parameter}") != f"?{parameter}":
            value = parameter.partition("=")[2]
            yield from (value, unquote(value))
