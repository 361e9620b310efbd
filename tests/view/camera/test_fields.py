"""A sentence for each field of a camera's form that is wrong."""

from dataclasses import replace

import pytest

from anr_tui.domain.secret import Secret
from anr_tui.replay.dialects.registry import DIALECTS
from anr_tui.view.camera.fields import (
    CameraField,
    CameraForm,
    is_kept,
    read_name,
    read_password,
    read_port,
    read_user,
    read_vendor,
)
from anr_tui.view.camera.form import check
from tests.builders import CAMERA_AS_WRITTEN, CAMERA_FORM
from tests.view.camera.builders import NEW, TEMPLATE, draft_of, stored


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "give it a name"),
        ("name", "FRONT Gate", "another camera has this name"),
        ("name", "gate\x1b[2J", "it holds a control character"),
        ("name", "ga\u202ete", "it holds a control character"),
        ("name", "x" * 101, "at most 100 characters"),
        ("vendor", "axis", "one of hikvision, dahua, onvif, mediamtx, generic"),
        ("address", "", "a host name or an IP address"),
        ("address", "rtsp://192.0.2.1", "only the host: no URL"),
        ("address", "192.0.2.1:554", "the port has a field of its own"),
        ("address", "[2001:db8::1]:554", "the port has a field of its own"),
        ("address", "192.0.2.256", "no host name or IP address"),
        ("address", "2001:db8::1::2", "no host name or IP address"),
        ("address", "gate house", "no host name or IP address"),
        ("address", "user:pw@gate", "no host name or IP address"),
        ("address", "[/red]", "only the host: no URL"),
        ("port", "0", "a number from 1 to 65535"),
        ("port", "65536", "a number from 1 to 65535"),
        ("port", "\u0665\u0665\u0664", "a number from 1 to 65535"),
        ("user", "a\nb", "it holds a control character"),
        ("password", Secret("a\x00b"), "it holds a control character"),
        ("password", Secret("x" * 101), "at most 100 characters"),
        ("password", Secret("enc:v1:abc"), "it must not begin with enc:v1:"),
        ("channel", "0", "a number from 1 to 1024"),
        ("channel", "two", "a number from 1 to 1024"),
        ("template", "rtsp://cam/?s={start}", "it needs {end}"),
        ("template", "rtsp://cam/", "it needs {start} and {end}"),
        ("template", "rtsp://cam/?s={start}&e={end}&u={user}", "there are only {start}, {end}, {channel}"),
        ("template", "rtsp://cam/?s={start}&e={end}}", "there are only {start}, {end}, {channel}"),
        ("template", "http://cam/?s={start}&e={end}", "it must begin with rtsp:// or rtsps://"),
        (
            "template",
            "cam/?s={start}&e={end}",
            "The replay URL must begin with rtsp://, rtsps://, http:// or https://.",
        ),
        ("template", "rtsp://a:b@cam/?s={start}&e={end}", "no login or secret in it: user and password have fields"),
        ("template", "rtsp://cam/?s={start}&e={end}&pwd=1", "no login or secret in it: user and password have fields"),
        ("template", "rtsp://***@cam/?s={start}", "*** is a mask, not a login: leave it unchanged, or type it again"),
        ("template", "rtsp://cam/" + "x" * 1000, "at most 1000 characters"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(field: str, value: object, sentence: str) -> None:
    checked = check(replace(CAMERA_FORM, **{field: value}), NEW)  # type: ignore[arg-type]  # fields of two types
    assert checked.values is None
    assert checked.errors[CameraField(field)] == sentence
    assert field == "vendor" or len(checked.errors) == 1


def test_a_password_needs_a_user() -> None:
    assert check(replace(CAMERA_FORM, user=""), NEW).errors == {CameraField.PASSWORD: "a password needs a user"}


# Vendors, channels and templates.


@pytest.mark.parametrize("vendor", [dialect.name for dialect in DIALECTS if dialect.needs_template])
def test_a_vendor_whose_url_is_not_known_needs_a_template_unless_anr_is_off(vendor: str) -> None:
    checked = check(replace(CAMERA_FORM, vendor=vendor), NEW)
    assert checked.errors == {CameraField.TEMPLATE: f"{vendor} needs one for ANR (or is it a Hikvision?)"}
    assert check(replace(CAMERA_FORM, vendor=vendor, anr=False), NEW).errors == {}
    assert check(replace(CAMERA_FORM, vendor=vendor, template=TEMPLATE), NEW).errors == {}


def test_onvif_may_do_without_an_end() -> None:
    form = replace(CAMERA_FORM, vendor="onvif", template="rtsp://cam/?s={start}")
    assert stored(form) == "rtsp://cam/?s={start}"


def test_a_channel_that_leads_nowhere_is_said() -> None:
    plain = TEMPLATE.replace("{channel}", "1")
    assert check(replace(CAMERA_FORM, channel="2", template=plain), NEW).errors == {
        CameraField.CHANNEL: "the template has no {channel}"
    }
    assert CameraField.CHANNEL in check(replace(CAMERA_FORM, channel="2", vendor="dahua"), NEW).errors


@pytest.mark.parametrize("readings", [("", 554), (" 8554 ", 8554), ("65535", 65535)], ids=str)
def test_a_port_is_read_as_typed_or_is_the_usual_one(readings: tuple[str, int]) -> None:
    text, port = readings
    assert read_port(CameraForm(port=text), NEW) == port


def test_no_password_leaves_the_one_that_is_stored_and_needs_no_user() -> None:
    assert read_password(CameraForm(user=""), NEW) is None


def test_what_a_row_holds_already_is_kept_though_nobody_could_type_it() -> None:
    """A site that another program wrote must not be refused for a field that nobody touched."""
    odd = replace(CAMERA_AS_WRITTEN, name="a\x1bb", vendor="acme", username="u\x07")
    draft = draft_of(odd)

    readings = (read_name, read_vendor, read_user)
    assert [read(draft.form, draft) for read in readings] == ["a\x1bb", "acme", "u\x07"]


def test_a_template_is_kept_only_while_what_it_was_made_of_is_as_it_was() -> None:
    draft = draft_of(CAMERA_AS_WRITTEN)

    assert is_kept(draft.form, draft)
    assert not is_kept(replace(draft.form, vendor="generic"), draft)
    assert not is_kept(replace(draft.form, template=TEMPLATE), draft)
    assert not is_kept(draft.form, NEW)
