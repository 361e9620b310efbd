"""The command `camera`: adds and changes cameras, trusts devices anew. Passwords come from terminal or stdin only."""

import argparse
import getpass
import sys
from dataclasses import replace

from anr_tui.cli.output import AddCommand, find_camera, print_json, print_text, read_settings, read_snapshot, with_view
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.secret import Secret
from anr_tui.sites.heldar.camera_table import NOT_OURS
from anr_tui.view.camera.edit import saved_fields, saved_text
from anr_tui.view.camera.fields import VENDORS, CameraForm, Draft
from anr_tui.view.camera.form import check
from anr_tui.view.site_reader import SiteReader

_TEXTS = ("vendor", "address", "port", "user", "channel", "template")
_LONGEST_LINE = 4096
_DEEDS = "add a new camera, change one, or trust its device although login or certificate changed"


def add_command(add: AddCommand) -> None:
    """Add `camera` to the command line."""
    camera = add("camera", _camera, "add a camera, change one, or trust its device anew")
    camera.add_argument("deed", choices=("add", "change", "trust"), help=_DEEDS)
    camera.add_argument("camera", metavar="CAMERA", help="name of the new camera; name or id of the one to change")
    camera.add_argument("--name", metavar="NAME", help="another name for it")
    camera.add_argument("--vendor", choices=VENDORS, help="its vendor, which decides the replay URL")
    camera.add_argument("--address", metavar="HOST", help="host name or IP address")
    camera.add_argument("--port", metavar="PORT", help="its RTSP port (554)")
    camera.add_argument("--user", metavar="USER", help="user name to log in with")
    password = camera.add_mutually_exclusive_group()
    password.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    password.add_argument("--password-prompt", action="store_true", help="ask for the password on the terminal")
    camera.add_argument("--channel", metavar="NUMBER", help="channel of a recorder (1)")
    camera.add_argument("--template", metavar="TEMPLATE", help="replay URL with {start}, {end}; no login in it")
    camera.add_argument("--anr", choices=("on", "off"), help="whether its gaps are filled automatically")
    camera.add_argument(
        "--even-if-foreign", action="store_true", help="also write into a database that anr-tui did not make"
    )
    camera.add_argument("--json", action="store_true", help="as JSON")


def _camera(options: argparse.Namespace) -> int:
    async def save(view: SiteReader) -> int:
        is_new = options.deed == "add"
        draft = await view.cameras.draft(None if is_new else find_camera(await read_snapshot(view), options.camera))
        if not draft.is_ours and not options.even_if_foreign:
            raise SettingsError(NOT_OURS, "Nothing was written; --even-if-foreign writes anyway.")
        checked = check(replace(_form(options, draft), password=password), draft)
        if checked.values is None:
            raise SettingsError("\n".join(f"{field}: {sentence}." for field, sentence in checked.errors.items()))
        saved = await view.cameras.save(draft, checked.values, even_if_foreign=options.even_if_foreign)
        return print_json(saved_fields(saved)) if options.json else print_text(saved_text(saved))

    if options.deed == "trust":
        return with_view(read_settings(options), lambda view: _trust(view, options.camera))
    if options.deed == "add" and options.name is not None:
        raise SettingsError("Give a new camera's name after `add`; --name is for `change`.")
    settings = read_settings(options)
    # Before the site is opened: a person may take a while to type.
    password = _password(options)
    return with_view(settings, save)


async def _trust(view: SiteReader, camera: str) -> int:
    """Forget what the camera's devices were trusted by, so that the next connection is a first one."""
    camera_id = find_camera(await read_snapshot(view), camera) or camera
    await view.cameras.trust_anew(camera_id)
    return print_text("The next connection to its device is taken for the first one. Then retry what was refused.")


def _form(options: argparse.Namespace, draft: Draft) -> CameraForm:
    """The values of the camera form: those of the draft, overwritten by the flags given."""
    typed = {name: getattr(options, name) for name in _TEXTS if getattr(options, name) is not None}
    name = options.camera if options.deed == "add" else options.name
    if name is not None:
        typed["name"] = name
    anr = draft.form.anr if options.anr is None else options.anr == "on"
    return replace(draft.form, **typed, anr=anr)


def _password(options: argparse.Namespace) -> Secret:
    """The password typed or piped in; the empty one means none, or for a known camera the present one."""
    if options.password_stdin:
        line = sys.stdin.readline(_LONGEST_LINE).rstrip("\r\n")
        if not line:
            raise SettingsError("There is no password on standard input.")
        return Secret(line)
    if not options.password_prompt:
        return Secret("")
    if not sys.stdin.isatty():
        raise SettingsError("There is no terminal to ask for the password.", "Use --password-stdin.")
    return Secret(getpass.getpass("Password: "))
