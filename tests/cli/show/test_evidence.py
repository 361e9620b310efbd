"""The commands that sign evidence and check it: what they print, and how they end."""

import json
import stat
from pathlib import Path

import pytest

from anr_tui.cli.main import main
from anr_tui.view.evidence.signing_key import KeyFiles, SigningKey
from tests.cli.command import Command
from tests.heldar_site import HeldarSite
from tests.view.evidence.builders import FILES, with_evidence


@pytest.fixture
def key(heldar_site: HeldarSite) -> SigningKey:
    return with_evidence(heldar_site)


def test_the_key_is_made_once_and_shown_afterwards(run: Command, heldar_site: HeldarSite) -> None:
    files = KeyFiles.beside(heldar_site.journal)

    assert run("evidence", "key") == 0
    made = run.out
    assert f"Made anew, in {files.private}" in made
    assert stat.S_IMODE(files.private.stat().st_mode) == 0o600
    assert run("evidence", "key") == 0
    assert made.startswith(run.out.rstrip())
    assert set(run.json("evidence", "key")) == {"fingerprint", "public_key"}
    secret = files.private.read_text().splitlines()[1]
    assert secret not in run.said.all


def test_a_bundle_is_written_and_found_good_without_a_site(
    run: Command, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle"
    assert run("evidence", "export", "gap_1", "--out", str(bundle)) == 0
    assert run.out.splitlines()[0] == f"2 files and 2 records in {bundle}."

    monkeypatch.chdir(tmp_path)
    assert main(["verify", "--bundle", "bundle", "--key", key.fingerprint.upper()]) == 0
    run.said.read()
    assert run.out.splitlines()[0] == "2 files, 2 records: good."
    assert main(["verify", "--bundle", "bundle"]) == 0
    run.said.read()
    assert "Ask the site for its key's fingerprint" in run.out


def test_what_was_changed_is_named_and_ends_with_1(run: Command, key: SigningKey, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    head = run.json("evidence", "export", "--out", str(bundle))["head"]
    (bundle / "footage" / FILES[0]).write_bytes(b"other")

    assert run("verify", "--bundle", str(bundle), "--known", head) == 1
    assert run.out.splitlines()[0] == f"changed       footage/{FILES[0]} was changed: its SHA-256 is another one."
    assert run("verify", "--bundle", str(bundle), "--key", "ab" * 32, "--json") == 1
    assert [problem["fault"] for problem in json.loads(run.out)["problems"]] == ["other_key", "changed"]


def test_a_file_that_is_left_out_ends_with_1(
    run: Command, heldar_site: HeldarSite, key: SigningKey, tmp_path: Path
) -> None:
    (heldar_site.recordings / FILES[0]).unlink()

    assert run("evidence", "export", "--out", str(tmp_path / "bundle")) == 1
    assert run.out.splitlines()[0] == f"left out    {FILES[0]}: it is not there."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("evidence", "export", "gap_1"), "Say where the bundle goes."),
        (("evidence", "key", "gap_1"), "takes neither gaps nor --out"),
        (("evidence", "export", "--out", "bundle"), "There is no key"),
        (("verify", "--key", "ab" * 32), "it goes with --bundle"),
        (("verify", "--bundle", "none"), "is no bundle of evidence"),
        (("verify", "--bundle", "none", "gap_1"), "nothing of this site"),
        (("verify", "--bundle", "none", "--key", "5f3a"), "64 hexadecimal digits"),
    ],
)
def test_wrong_use_ends_with_2(run: Command, arguments: tuple[str, ...], words: str) -> None:
    assert run(*arguments) == 2
    assert words in run.err
