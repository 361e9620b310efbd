"""What it takes to ask a camera: its login, its own template's secrets, its clock."""

from pydantic import SecretStr

from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.registry import replay_request
from tests.replay.dialects.builders import MINUTE, SECRET, camera


def test_a_templates_own_secrets_are_taken_out_once_and_the_camera_still_gets_them() -> None:
    template = "rtsp://me:x%40y@cam/p?user=me&pwd=hu%2Fsh&from={start}"
    access = make_access(camera(template=template), SECRET)
    request = replay_request(access, MINUTE)
    assert (access.login.username, access.password) == ("me", SecretStr("x@y"))
    assert access.template == SecretStr("rtsp://cam/p?user=me&pwd=hu%2Fsh&from={start}")
    assert {secret.get_secret_value() for secret in access.secrets} == {"x@y", "hu%2Fsh", "hu/sh"}
    assert request.secrets == access.secrets
    assert request.url == "rtsp://cam/p?user=me&pwd=hu%2Fsh&from=20260613T120000Z"
    assert request.revealed_url == template.replace("{start}", "20260613T120000Z")
    assert "hu" not in request.masked_url + repr(access) + repr(request)


def test_a_camera_is_asked_by_its_own_clock() -> None:
    ahead = make_access(camera(), SECRET).with_clock_offset(-90)
    assert replay_request(ahead, MINUTE).url.endswith("?starttime=20260613T115830Z&endtime=20260613T115930Z")
