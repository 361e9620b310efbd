"""What a person types about a camera: a sentence for each field that is wrong, and what comes of the rest."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.secret import Secret
from anr_tui.platform.secrets.masking import mask
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.registry import replay_request, transport_of
from anr_tui.view.camera.fields import VENDORS, CameraField, CameraForm
from anr_tui.view.camera.form import SAMPLE, check, form_of, masked_url
from tests.builders import CAMERA_AS_WRITTEN, CAMERA_FORM
from tests.heldar_site import PASSWORD, TEMPLATE_PASSWORD
from tests.view.camera.builders import NEW, TEMPLATE, draft_of, stored


def test_a_good_form_gives_the_rows_values() -> None:
    checked = check(replace(CAMERA_FORM, name=" Yard ", port="", address="[2001:DB8::5]"), NEW)
    assert checked.errors == {}
    values = checked.values
    assert values is not None
    assert (values.name, values.address, values.rtsp_port, values.username) == ("Yard", "2001:DB8::5", 554, "operator")
    assert (values.password, values.anr_enabled, values.replay_url_template) == (Secret(PASSWORD), True, None)


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


def test_a_template_alone_says_where_the_camera_is_and_its_channel_is_filled_in() -> None:
    form = replace(CAMERA_FORM, address="", template=TEMPLATE, channel="7", vendor="generic")
    assert stored(form) == TEMPLATE.replace("{channel}", "7")
    assert stored(replace(form, channel="")) == TEMPLATE.replace("{channel}", "1")


def test_a_hikvision_recorders_channel_makes_a_template_and_is_read_back_from_it() -> None:
    made = stored(replace(CAMERA_FORM, channel="3"))
    assert made == "rtsp://192.0.2.20:554/Streaming/tracks/301?starttime={start}&endtime={end}"
    camera = replace(CAMERA_AS_WRITTEN, address="192.0.2.20", rtsp_port=554, replay_url_template=Secret(made))
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
        replace(CAMERA_AS_WRITTEN, vendor="acme [/x]", address=None, replay_url_template=Secret(secret)),
        replace(CAMERA_AS_WRITTEN, replay_url_template=Secret("nonsense")),
        replace(CAMERA_AS_WRITTEN, name="a\x1bb" + "x" * 200, username="u\x07", address="not a host\x00"),
    ):
        form = form_of(camera)
        assert TEMPLATE_PASSWORD not in repr(form)
        assert form.password.reveal() == ""
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
    camera = replace(CAMERA_AS_WRITTEN, replay_url_template=Secret(secret))
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
    password=TEXTS.map(Secret),
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
    password=st.text(st.characters(categories=["L", "P", "S"]), max_size=20).map(Secret),
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
    template = values.replay_url_template.reveal() if values.replay_url_template else ""
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
