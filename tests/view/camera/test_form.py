"""What a person types about a camera: a sentence for each field that is wrong, and what comes of the rest."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from anr_tui.domain.camera import Camera
from anr_tui.platform.masking import mask
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.registry import DIALECTS, replay_request, transport_of
from anr_tui.view.camera.fields import VENDORS, CameraField, CameraForm, Draft
from anr_tui.view.camera.form import SAMPLE, check, form_of, masked_url
from tests.builders import CAMERA_AS_WRITTEN, CAMERA_FORM
from tests.heldar_site import PASSWORD, TEMPLATE_PASSWORD

TEMPLATE = "rtsp://192.0.2.12/playback?channel={channel}&from={start}&to={end}"
NEW = Draft(CameraForm(), taken=frozenset({"gate", "front gate"}))


def draft_of(camera: Camera) -> Draft:
    return Draft(form_of(camera), camera, NEW.taken - {camera.id, camera.name.casefold()})


def stored(form: CameraForm, draft: Draft = NEW) -> str | None:
    """The template that would be written."""
    values = check(form, draft).values
    assert values is not None
    return values.replay_url_template.get_secret_value() if values.replay_url_template else None


def test_a_good_form_gives_the_rows_values() -> None:
    checked = check(replace(CAMERA_FORM, name=" Yard ", port="", address="[2001:DB8::5]"), NEW)
    assert checked.errors == {}
    values = checked.values
    assert values is not None
    assert (values.name, values.address, values.rtsp_port, values.username) == ("Yard", "2001:DB8::5", 554, "operator")
    assert (values.password, values.anr_enabled, values.replay_url_template) == (SecretStr(PASSWORD), True, None)


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
        ("password", SecretStr("a\x00b"), "it holds a control character"),
        ("password", SecretStr("x" * 101), "at most 100 characters"),
        ("password", SecretStr("enc:v1:abc"), "it must not begin with enc:v1:"),
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


def test_all_that_is_wrong_is_said_at_once() -> None:
    checked = check(CameraForm(port="x", channel="y", user="\x07"), NEW)
    assert set(checked.errors) == {
        CameraField.NAME,
        CameraField.ADDRESS,
        CameraField.PORT,
        CameraField.USER,
        CameraField.CHANNEL,
    }
    assert masked_url(checked.camera) == ""


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


def test_a_template_alone_says_where_the_camera_is_and_its_channel_is_filled_in() -> None:
    form = replace(CAMERA_FORM, address="", template=TEMPLATE, channel="7", vendor="generic")
    assert stored(form) == TEMPLATE.replace("{channel}", "7")
    assert stored(replace(form, channel="")) == TEMPLATE.replace("{channel}", "1")


def test_a_channel_that_leads_nowhere_is_said() -> None:
    plain = TEMPLATE.replace("{channel}", "1")
    assert check(replace(CAMERA_FORM, channel="2", template=plain), NEW).errors == {
        CameraField.CHANNEL: "the template has no {channel}"
    }
    assert CameraField.CHANNEL in check(replace(CAMERA_FORM, channel="2", vendor="dahua"), NEW).errors


def test_a_hikvision_recorders_channel_makes_a_template_and_is_read_back_from_it() -> None:
    made = stored(replace(CAMERA_FORM, channel="3"))
    assert made == "rtsp://192.0.2.20:554/Streaming/tracks/301?starttime={start}&endtime={end}"
    camera = replace(CAMERA_AS_WRITTEN, address="192.0.2.20", rtsp_port=554, replay_url_template=SecretStr(made))
    form = form_of(camera)
    assert (form.channel, form.template) == ("3", "")
    moved = stored(replace(form, address="192.0.2.21"), draft_of(camera))
    assert moved == made.replace("192.0.2.20", "192.0.2.21")
    assert stored(replace(form, channel="1"), draft_of(camera)) is None
    of_another = replace(camera, address="192.0.2.99")
    assert form_of(of_another).template == made


# A camera as it is.


def test_an_untouched_form_changes_nothing_and_shows_no_secret() -> None:
    secret = f"rtsp://admin:{TEMPLATE_PASSWORD}@192.0.2.12/p?from={{start}}"
    for camera in (
        CAMERA_AS_WRITTEN,
        replace(CAMERA_AS_WRITTEN, vendor="generic"),
        replace(CAMERA_AS_WRITTEN, vendor="acme [/x]", address=None, replay_url_template=SecretStr(secret)),
        replace(CAMERA_AS_WRITTEN, replay_url_template=SecretStr("nonsense")),
        replace(CAMERA_AS_WRITTEN, name="a\x1bb" + "x" * 200, username="u\x07", address="not a host\x00"),
    ):
        form = form_of(camera)
        assert TEMPLATE_PASSWORD not in repr(form)
        assert form.password.get_secret_value() == ""
        assert all(text.isprintable() for text in (form.name, form.user, form.address, form.template))
        values = check(form, draft_of(camera)).values
        if camera.address == "not a host\x00":  # nothing can be asked of it as it is
            continue
        assert values is not None
        names = ("name", "vendor", "address", "rtsp_port", "username", "anr_enabled", "replay_url_template")
        assert [getattr(values, name) for name in names] == [getattr(camera, name) for name in names]
        assert values.password is None


def test_a_template_with_a_login_is_kept_masked_or_replaced_as_a_whole() -> None:
    secret = f"rtsp://admin:{TEMPLATE_PASSWORD}@192.0.2.12/p?from={{start}}&to={{end}}"
    camera = replace(CAMERA_AS_WRITTEN, replay_url_template=SecretStr(secret))
    draft = draft_of(camera)
    assert draft.form.template == "rtsp://***@192.0.2.12/p?from={start}&to={end}"
    assert stored(replace(draft.form, name="Other"), draft) == secret
    assert stored(replace(draft.form, template=""), draft) is None
    half = check(replace(draft.form, template=draft.form.template + "&x=1"), draft)
    assert half.errors == {CameraField.TEMPLATE: "*** is a mask, not a login: leave it unchanged, or type it again"}


def test_the_url_is_shown_masked_while_other_fields_are_still_wrong() -> None:
    checked = check(replace(CAMERA_FORM, name=""), NEW)
    assert checked.values is None
    assert masked_url(checked.camera) == (
        "rtsp://***@192.0.2.20:554/Streaming/tracks/101?starttime=20260131T120000Z&endtime=20260131T121000Z"
    )


# Whatever is typed.

TEXTS = st.text(max_size=120) | st.sampled_from(["", "1", "3", "554", "gate", "192.0.2.1", "::1", TEMPLATE])
FORMS = st.builds(
    CameraForm,
    name=TEXTS,
    vendor=st.sampled_from([*VENDORS, "axis"]),
    address=TEXTS,
    port=TEXTS,
    user=TEXTS,
    password=TEXTS.map(SecretStr),
    channel=TEXTS,
    template=TEXTS,
    anr=st.booleans(),
)


LIKELY = st.builds(
    CameraForm,
    name=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20),
    vendor=st.sampled_from(VENDORS),
    address=st.sampled_from(["", "gate.example", "192.0.2.1", "::1", "[2001:db8::5]", "fe80::1%eth0"]),
    port=st.integers(0, 70_000).map(str),
    user=st.text(st.characters(categories=["L", "P", "S"]), max_size=20),
    password=st.text(st.characters(categories=["L", "P", "S"]), max_size=20).map(SecretStr),
    channel=st.sampled_from(["", "1", "2", "16"]),
    template=st.sampled_from(["", TEMPLATE, TEMPLATE.replace("{channel}", "1"), "rtsps://[::1]:322/{start}"]),
    anr=st.booleans(),
)


@given(FORMS | LIKELY)
def test_a_form_is_refused_in_sentences_or_gives_what_the_worker_can_ask(form: CameraForm) -> None:
    checked = check(form, NEW)
    assert (checked.values is None) == bool(checked.errors)
    assert all(sentence and sentence.isprintable() for sentence in checked.errors.values())
    if checked.values is None or checked.camera is None:
        return
    values = checked.values
    assert values.name and values.name.isprintable() and values.name.casefold() not in NEW.taken
    access = make_access(checked.camera, values.password)
    request = replay_request(access, SAMPLE)
    assert request.transport is transport_of(access) and "{" not in request.url
    assert request.login.username == (values.username or "")
    template = values.replay_url_template.get_secret_value() if values.replay_url_template else ""
    assert mask(template) == template


@given(LIKELY)
def test_what_was_written_is_read_back_as_the_same_form(form: CameraForm) -> None:
    checked = check(form, NEW)
    if checked.values is None or checked.camera is None:
        return
    camera = replace(checked.camera, id="new", name=checked.values.name)
    draft = draft_of(camera)
    again = check(draft.form, draft)
    assert again.errors == {}
    assert again.values == replace(checked.values, password=None)
