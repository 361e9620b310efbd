"""What a request to a camera needs: the camera's row, its login and its clock offset. Logins are read only here."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import unquote

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.platform.secrets.known_secrets import hide
from anr_tui.platform.secrets.masking import masked_texts
from anr_tui.replay.dialects.device_trust import DeviceTrust
from anr_tui.replay.dialects.urls import Credentials, split_url
from anr_tui.sites.heldar.sealed_passwords import open_sealed

# Of a text that nothing says to be a secret; a shorter one would be hidden within common words.
_SHORTEST_UNNAMED = 6


@dataclass(frozen=True, slots=True)
class CameraAccess:
    """A camera with everything that is needed to ask it for footage; `make_access` and `open_access` create it.

    `login` comes from the replay URL template where that carries one, else from the camera row. `template` is the
    camera's own replay URL template without its login, None where the camera has none. A secret in the template's path
    or query stays in place, because the camera expects it there. `secrets` are the texts that no log, screen or error
    may show; `users` are the names of its users, which are hidden as whole words. `trust` is shared by all that asks
    the camera.
    `clock_offset_s` is how far the camera's clock is ahead of ours, in seconds, as far as is known.
    """

    camera: Camera
    login: Credentials
    template: Secret | None = None
    secrets: tuple[Secret, ...] = ()
    users: tuple[str, ...] = ()
    clock_offset_s: int = 0
    trust: DeviceTrust = field(default_factory=DeviceTrust, compare=False, repr=False)

    @property
    def password(self) -> Secret | None:
        """The password that is sent to the camera, None where there is none."""
        return self.login.password

    def hide(self, text: str) -> str:
        """A text from the camera, or from a program that talks to it, without secrets and users in any encoding."""
        return hide(text, [secret.reveal() for secret in self.secrets], self.users)

    def hide_secrets(self, text: str) -> str:
        """A sentence of our own, without secrets in any encoding; a user may be called like one of its words."""
        return hide(text, [secret.reveal() for secret in self.secrets])

    def with_clock_offset(self, clock_offset_s: int) -> "CameraAccess":
        """The same access with another clock offset, in seconds that the camera's clock is ahead of ours."""
        return replace(self, clock_offset_s=clock_offset_s)

    def by_its_clock(self, window: Window) -> Window:
        """A window of our time, shifted to the time that the camera's clock shows."""
        offset = timedelta(seconds=self.clock_offset_s)
        return Window(window.start + offset, window.end + offset)


def open_access(camera: Camera, key: Secret | None) -> CameraAccess:
    """The access to a camera whose password may be sealed with `key` (HELDAR_SECRET_KEY).

    Raises SiteError where the password cannot be opened, and ReplayError as `make_access` does.
    """
    return make_access(camera, open_sealed(camera.password, key, camera.id) if camera.password else None)


def make_access(camera: Camera, password: Secret | None) -> CameraAccess:
    """The access to a camera, given its password in plain text; the camera's template is parsed here, once.

    Raises ReplayError for a template that is no replay URL. The error names the camera and quotes nothing secret.
    """
    login = Credentials.of(camera.username, password)
    template = camera.replay_url_template.reveal() if camera.replay_url_template else ""
    if not template:
        return CameraAccess(camera, login, secrets=_secrets([login], ""), users=_users([login], ""))
    try:
        parts = split_url(template)
    except ReplayError as error:
        raise about(camera, error) from None
    logins = [login] if parts.login is None else [parts.login, login]
    secrets, users = _secrets(logins, parts.written), _users(logins, parts.written)
    return CameraAccess(camera, logins[0], Secret(parts.written), secrets, users)


def about(camera: Camera, error: ReplayError) -> ReplayError:
    """The same error with the camera's id in front, unless its text begins with the camera already."""
    if str(error.args[0]).startswith(f"Camera {camera.id} "):
        return error
    return ReplayError(f"Camera {camera.id}: {error.args[0]}", error.hint)


def _secrets(logins: list[Credentials], template: str) -> tuple[Secret, ...]:
    """The texts to hide, longest first, so that a secret that contains another one is hidden as a whole."""
    passwords = [login.password.reveal() for login in logins if login.password]
    texts = {text for text in [*passwords, *_secret_texts(template)] if text}
    return tuple(Secret(text) for text in sorted(texts, key=lambda text: (-len(text), text)))


def _secret_texts(template: str) -> Iterator[str]:
    for masked in masked_texts(template):
        if masked.is_user or not (masked.is_secret or len(masked.text) >= _SHORTEST_UNNAMED):
            continue
        yield from (masked.text, unquote(masked.text))
        if ":" in masked.text:  # a login as a part of the path
            yield from (masked.text.partition(":")[2], unquote(masked.text.partition(":")[2]))


def _users(logins: list[Credentials], template: str) -> tuple[str, ...]:
    names = {login.username for login in logins}
    names |= {unquote(masked.text) for masked in masked_texts(template) if masked.is_user}
    return tuple(sorted(names - {""}, key=lambda name: (-len(name), name)))
