import base64
from pathlib import Path

import pytest

from anr_tui.config.settings import load_settings
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.event import EventKind


def write_config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_defaults_are_heldars_and_ours() -> None:
    settings = load_settings()
    assert settings.database_path == Path("data/heldar.db")
    assert settings.recordings_dir == Path("data/recordings")
    assert settings.journal_path == Path("data/heldar.anr.db")
    assert settings.logs_dir == Path("data/heldar.anr.logs")
    assert (settings.heldar_anr_interval_s, settings.heldar_anr_max_gap_hours) == (300, 24)
    assert (settings.heldar_anr_max_attempts, settings.anr_piece_s, settings.anr_max_fills) == (3, 300, 4)
    assert not settings.starts_paused


def test_flags_win_over_environment_over_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = write_config(tmp_path, 'anr_piece_s = 60\nanr_max_fills = 2\nheldar_data_dir = "/srv/site"\n')
    monkeypatch.setenv("ANR_PIECE_S", "90")
    monkeypatch.setenv("HELDAR_DATA_DIR", "/srv/other")
    settings = load_settings(config, anr_piece_s=120)
    assert (settings.anr_piece_s, settings.anr_max_fills) == (120, 2)
    assert settings.recordings_dir == Path("/srv/other/recordings")


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANR_PIECE_S", "")
    assert load_settings().anr_piece_s == 300


@pytest.mark.parametrize("word", ["0", "false", "NO", "Off"])
def test_only_an_explicit_no_starts_the_sweep_paused(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELDAR_ANR_ENABLED", word)
    assert load_settings().starts_paused


@pytest.mark.parametrize("word", ["1", "true", "YES", "On"])
def test_any_yes_runs_the_sweep(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELDAR_ANR_ENABLED", word)
    assert not load_settings().starts_paused


def test_heldars_floors_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELDAR_ANR_INTERVAL_S", "3")
    monkeypatch.setenv("HELDAR_ANR_MAX_GAP_HOURS", "0")
    monkeypatch.setenv("HELDAR_ANR_MAX_ATTEMPTS", "-1")
    settings = load_settings()
    assert settings.heldar_anr_interval_s == 10
    assert (settings.heldar_anr_max_gap_hours, settings.heldar_anr_max_attempts) == (1, 1)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("ANR_PIECE_S", "-1", "from 0 to 14400"),
        ("ANR_MAX_FILLS", "many", "from 1 to 64"),
        ("HELDAR_ANR_INTERVAL_S", "soon", "whole number"),
        ("HELDAR_ANR_ENABLED", "maybe", "true, yes"),
        ("ANR_BANDWIDTH", "2X", "allowed are a rate such as 2M"),
        ("ANR_BANDWIDTH_PER_CAMERA", "08:00 2M, 25:00 off", "allowed are 00:00 to 23:59"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_value_and_what_is_allowed(
    name: str, value: str, allowed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert name in str(refusal.value)
    assert value in str(refusal.value)
    assert allowed in str(refusal.value)


def test_caps_are_unlimited_unless_set_and_may_be_a_plain_number(tmp_path: Path) -> None:
    assert (load_settings().anr_bandwidth, load_settings().anr_bandwidth_per_camera) == ("unlimited", "unlimited")
    config = write_config(tmp_path, 'anr_bandwidth = 0\nanr_bandwidth_per_camera = "08:00 2M, 19:00 off"\n')
    settings = load_settings(config)
    assert (settings.anr_bandwidth, settings.anr_bandwidth_per_camera) == ("0", "08:00 2M, 19:00 off")


def test_a_bad_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELDAR_SECRET_KEY", "hunter2hunter2")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert "HELDAR_SECRET_KEY" in str(refusal.value)
    assert "32 bytes" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_a_good_key_does_not_show_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("HELDAR_SECRET_KEY", key)
    assert key not in repr(load_settings())


def test_an_unknown_setting_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="anr_piece_s"):
        load_settings(write_config(tmp_path, "anr_peice_s = 60\n"))


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    config = write_config(tmp_path, "anr_piece_s = = 3\n")
    with pytest.raises(SettingsError, match=r"config\.toml"):
        load_settings(config)


def test_a_settings_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        load_settings(tmp_path / "nowhere.toml")


def test_the_command_for_events_is_split_into_words_and_its_kinds_are_read() -> None:
    settings = load_settings(anr_on_event="notify --to 'the office'", anr_on_event_kinds="alarm, gap_failed,")
    assert settings.on_event_command == ["notify", "--to", "the office"]
    assert settings.on_event_kinds == {EventKind.ALARM, EventKind.GAP_FAILED}
    assert load_settings().on_event_kinds == {EventKind.ALARM, EventKind.ALARM_OVER, EventKind.GAP_FAILED}
    assert load_settings().on_event_command == []


def test_kinds_of_events_that_are_not_there_are_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"ANR_ON_EVENT_KINDS .* 'alrm' \(did you mean alarm\)"):
        load_settings(anr_on_event_kinds="alarm,alrm")


def test_a_command_for_events_that_is_no_command_line_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match=r"ANR_ON_EVENT .* no command line: No closing quotation") as refused:
        load_settings(anr_on_event="notify --token 's3cr3t")
    assert "s3cr3t" not in str(refused.value)


def test_each_part_of_the_program_is_given_its_own_settings(tmp_path: Path) -> None:
    settings = load_settings(
        heldar_database_url=f"sqlite://{tmp_path}/site.db",
        heldar_recordings_dir=tmp_path / "recordings",
        heldar_min_free_disk_gb=7,
        heldar_max_recordings_gb=8,
        heldar_default_camera_quota_gb=9,
        anr_sessions_per_device=2,
        anr_piece_s=60,
        anr_rest_s=1,
        anr_stall_s=5,
        anr_time_proof="require",
    )
    paths, limits, policy = settings.site_paths, settings.storage_limits, settings.fill_policy

    assert (paths.database, paths.recordings) == (tmp_path / "site.db", tmp_path / "recordings")
    assert [path.name for path in (paths.journal, paths.logs, paths.consoles)] == [
        "site.anr.db",
        "site.anr.logs",
        "site.anr.consoles",
    ]
    assert (limits.min_free_gb, limits.max_recordings_gb, limits.default_camera_quota_gb) == (7, 8, 9)
    assert (policy.sessions_per_device, policy.piece_s, policy.rest_s, policy.stall_s) == (2, 60, 1, 5)
    assert policy.time_proof == "require"
