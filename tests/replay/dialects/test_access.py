"""What it takes to ask a camera: its login, its own template's secrets, its clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.secret import Secret
from anr_tui.replay.dialects.access import about, make_access
from anr_tui.replay.dialects.registry import replay_request
from tests.replay.dialects.builders import MINUTE, SECRET, camera


def test_a_templates_own_secrets_are_taken_out_once_and_the_camera_still_gets_them() -> None:
    template = "rtsp://me:x%40y@cam/p?user=me&pwd=hu%2Fsh&from={start}"
    access = make_access(camera(template=template), SECRET)
    request = replay_request(access, MINUTE)
    assert (access.login.username, access.password) == ("me", Secret("x@y"))
    assert access.template == Secret("rtsp://cam/p?user=me&pwd=hu%2Fsh&from={start}")
    assert {secret.reveal() for secret in access.secrets} == {
        "x@y",
        "hu%2Fsh",
        "hu/sh",
        SECRET.reveal(),
    }
    assert request.secrets == access.secrets
    assert request.users == access.users == ("admin", "me")
    assert request.url == "rtsp://cam/p?user=me&pwd=hu%2Fsh&from=20260613T120000Z"
    assert request.revealed_url == template.replace("{start}", "20260613T120000Z")
    assert "hu" not in request.masked_url + repr(access) + repr(request)


def test_a_camera_is_asked_by_its_own_clock() -> None:
    ahead = make_access(camera(), SECRET).with_clock_offset(-90)
    assert replay_request(ahead, MINUTE).url.endswith("?starttime=20260613T115830Z&endtime=20260613T115930Z")


def test_a_secret_that_holds_another_comes_before_it() -> None:
    """Or the rest of the longer one would be left over when the shorter one is hidden."""
    access = make_access(camera(template="rtsp://me:hush@cam/p?pwd=hush-hush&token=hu&from={start}"), SECRET)

    assert [secret.reveal() for secret in access.secrets] == ["hush-hush", "hush", "hu", "pw"]


def test_the_login_of_the_template_wins() -> None:
    assert make_access(camera(template="rtsp://cam/{start}"), SECRET).password == SECRET
    assert make_access(camera(template="rtsp://me:other@cam/{start}"), SECRET).password == Secret("other")
    assert make_access(camera(template="rtsp://me@cam/{start}"), SECRET).password is None


@given(st.integers(-900, 900))
def test_a_window_by_the_cameras_clock_is_as_long_as_ours(offset_s: int) -> None:
    asked = make_access(camera(), None).with_clock_offset(offset_s).by_its_clock(MINUTE)

    assert (asked.start - MINUTE.start).total_seconds() == offset_s
    assert asked.seconds == MINUTE.seconds


@pytest.mark.parametrize("words", ["The replay URL has no host.", "Camera gate has no address."])
def test_a_refusal_names_its_camera_once_and_keeps_its_hint(words: str) -> None:
    refusal = about(camera(), ReplayError(words, "Set its address."))

    assert str(refusal.args[0]).count("gate") == 1
    assert refusal.hint == "Set its address."
