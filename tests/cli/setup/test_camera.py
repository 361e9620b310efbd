"""Cameras added and changed by a script: what is written, what is refused, and no password but in its column."""

import base64
import io
import os
import pty
import subprocess
import sys

import pytest

from anr_tui.domain.secret import Secret
from anr_tui.sites.heldar.sealed_passwords import open_sealed
from tests.cli.command import Command
from tests.heldar_site import PASSWORD, TEMPLATE_PASSWORD, HeldarSite, execute

KEY = base64.b64encode(bytes(range(32))).decode()
YARD = ("camera", "add", "Yard", "--address", "192.0.2.20", "--user", "operator")


@pytest.fixture
def own(heldar_site: HeldarSite) -> HeldarSite:
    heldar_site.make_ours()
    return heldar_site


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def events(site: HeldarSite) -> list[str]:
    rows = execute(site.journal, "SELECT kind, camera_id, words FROM events ORDER BY id")
    return [f"{row['kind']} {row['camera_id']}: {row['words']}" for row in rows]


def test_a_camera_is_added_with_its_password_sealed_and_told_of(
    own: HeldarSite, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELDAR_SECRET_KEY", KEY)
    typed(monkeypatch, f"{PASSWORD}\n")

    saved = run.json(*YARD, "--port", "8554", "--channel", "2", "--password-stdin")

    template = "rtsp://192.0.2.20:8554/Streaming/tracks/201?starttime={start}&endtime={end}"
    row = own.camera("yard")
    assert (row["name"], row["rtsp_port"], row["anr_replay_url_template"]) == ("Yard", 8554, template)
    assert open_sealed(Secret(row["password"]), Secret(KEY), "yard").reveal() == PASSWORD
    assert (saved["id"], saved["is_new"], saved["has_password"], saved["is_sealed"]) == ("yard", True, True, True)
    assert saved["replay_url"].startswith("rtsp://***@192.0.2.20:8554/Streaming/tracks/201?starttime=2026")
    assert events(own) == ["camera_added yard: Camera Yard was added. It is a hikvision at 192.0.2.20:8554; ANR is on."]
    assert run.json("cameras")[-1]["id"] == "yard"


def test_without_a_key_it_is_plain_and_that_is_said(
    own: HeldarSite, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, PASSWORD)
    assert run(*YARD, "--password-stdin") == 0
    assert own.camera("yard")["password"] == PASSWORD
    assert "Camera Yard was added. Its id is yard.\nThe password is stored as plain text" in run.out


def test_a_change_names_a_camera_by_name_or_id_and_keeps_the_rest(own: HeldarSite, run: Command) -> None:
    before = own.camera("gate")
    saved = run.json("camera", "change", "Front gate", "--address", "2001:db8::7", "--anr", "off")
    assert saved["changed"] == ["address", "anr_enabled"]
    after = own.camera("gate")
    assert {name for name in after if after[name] != before[name]} == {"address", "anr_enabled", "updated_at"}

    assert run("camera", "change", "gate", "--name", "Gate") == 0
    assert own.camera("gate")["name"] == "Gate"
    assert run("camera", "change", "gate") == 0
    assert "was not changed" in run.out
    assert [line.partition(" It is")[0] for line in events(own)] == [
        "camera_changed gate: Camera Front gate was changed: address, ANR.",
        "camera_changed gate: Camera Gate was changed: name.",
    ]


def test_a_template_with_a_login_stays_and_is_said_to_rule(own: HeldarSite, run: Command) -> None:
    saved = run.json("camera", "change", "dock", "--user", "operator")
    assert TEMPLATE_PASSWORD in own.camera("dock")["anr_replay_url_template"]
    assert saved["notes"] == ["The template carries a login of its own, so the user and password are not used."]


def test_what_cannot_be_is_said_field_by_field_and_nothing_is_written(own: HeldarSite, run: Command) -> None:
    secret = f"rtsp://a:{PASSWORD}@cam/{{start}}/{{end}}"
    status = run("camera", "add", "gate", "--address", "a b", "--port", "0", "--template", secret)
    assert status == 2
    problems = run.err.removeprefix("anr-tui: ").splitlines()
    assert [line.strip().partition(": ")[0] for line in problems] == ["address", "port", "template", "name"]
    assert PASSWORD not in run.err
    assert len(own.execute("SELECT id FROM cameras")) == 2
    for wrong in (("change", "nobody"), ("add", "x", "--name", "y"), ("change", "gate", "--password-prompt")):
        assert run("camera", *wrong) == 2


def test_an_empty_password_on_standard_input_is_no_password(
    own: HeldarSite, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "\n")
    assert run(*YARD, "--password-stdin") == 2
    assert "no password on standard input" in run.err


def test_heldars_database_needs_a_word_more(heldar_site: HeldarSite, run: Command) -> None:
    assert run(*YARD) == 2
    assert "not made by anr-tui" in run.err and "--even-if-foreign" in run.err
    assert len(heldar_site.execute("SELECT id FROM cameras")) == 2

    assert run(*YARD, "--even-if-foreign") == 0
    assert heldar_site.camera("yard")["address"] == "192.0.2.20"
    assert events(heldar_site)[0].endswith("anr-tui did not make this site database.")


def test_a_password_is_asked_for_without_an_echo(own: HeldarSite) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "anr_tui", *YARD, "--password-prompt", *own.flags]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as child:
        os.close(theirs)
        shown = b""
        while b"Password: " not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, f"{PASSWORD}\n".encode())
        while b"Its id is yard." not in shown:
            shown += os.read(ours, 1024)
        # Until the child has gone it may still write, and a terminal that nobody reads would hold it up.
        assert child.wait(timeout=30) == 0
    os.close(ours)
    assert own.camera("yard")["password"] == PASSWORD
    assert PASSWORD.encode() not in shown


def test_a_device_is_trusted_anew_by_a_persons_word(heldar_site: HeldarSite, run: Command) -> None:
    assert run("camera", "trust", "gate") == 0  # makes the journal
    row = "INSERT INTO device_trust VALUES ('gate', '192.0.2.11:554', 2, '', '2026-06-13T12:00:00+00:00')"
    execute(heldar_site.journal, row)

    assert run("camera", "trust", "gate") == 0
    assert execute(heldar_site.journal, "SELECT * FROM device_trust") == []
    events = run.json("events")
    assert [(event["kind"], event["camera_id"]) for event in events] == [("camera_changed", "gate")] * 2
    assert run("camera", "trust", "nobody") == 2
