"""What a request to a camera needs: the camera's row, its login and its clock offset. Logins are read only here."""

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
    """A camera with everything that is needed to ask it for footage; `make_access` and `open_access` create it.

    `login` comes from the replay URL template where that carries one, else from the camera row. `template` is the
    camera's own replay URL template without its login, None where the camera has none. A secret in the template's query
    stays in place, because the camera expects it there. `secrets` are the texts that no log, screen or error may show.
    `clock_offset_s` is how far the camera's clock is ahead of ours, in seconds, as far as is known.
    """

    camera: Camera
    login: Credentials
    template: SecretStr | None = None
    secrets: tuple[SecretStr, ...] = ()
    clock_offset_s: int = 0

    @property
    def password(self) -> SecretStr | None:
        """The password that is sent to the camera, None where there is none."""
        return self.login.password

    def with_clock_offset(self, clock_offset_s: int) -> "CameraAccess":
        """The same access with another clock offset, in seconds that the camera's clock is ahead of ours."""
        return replace(self, clock_offset_s=clock_offset_s)

    def by_its_clock(self, window: Window) -> Window:
        """A window of our time, shifted to the time that the camera's clock shows."""
        offset = timedelta(seconds=self.clock_offset_s)
        return Window(window.start + offset, window.end + offset)


def open_access(camera: Camera, key: SecretStr | None) -> CameraAccess:
    """The access to a camera whose password may be sealed with `key` (HELDAR_SECRET_KEY).

    Raises SiteError where the password cannot be opened, and ReplayError as `make_access` does.
    """
    return make_access(camera, open_sealed(camera.password, key, camera.id) if camera.password else None)


def make_access(camera: Camera, password: SecretStr | None) -> CameraAccess:
    """The access to a camera, given its password in plain text; the camera's template is parsed here, once.

    Raises ReplayError for a template that is no replay URL. The error names the camera and quotes nothing secret.
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
    """The same error with the camera's id in front, unless its text begins with the camera already."""
    if str(error.args[0]).startswith(f"Camera {camera.id} "):
        return error
    return ReplayError(f"Camera {camera.id}: {error.args[0]}", error.hint)


def _secrets(login: Credentials, template: str) -> tuple[SecretStr, ...]:
    """The texts to hide, longest first, so that a secret that contains another one is hidden as a whole."""
    password = [login.password.get_secret_value()] if login.password else []
    texts = {text for text in [*password, *_secret_values(template)] if text}
    return tuple(SecretStr(text) for text in sorted(texts, key=lambda text: (-len(text), text)))


def _secret_values(template: str) -> Iterator[str]:
    for parameter in re.split(r"[?&;]", template)[1:]:
        if mask(f"?{parameter}") != f"?{parameter}":
            value = parameter.partition("=")[2]
            yield from (value, unquote(value))
