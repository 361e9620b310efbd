"""The settings as a list: each of them, where it comes from, and no secret."""

import base64
from pathlib import Path

from anr_tui.config.settings import SECRET_FIELDS, SETTINGS, load_settings
from anr_tui.view.tables.setting_table import SETTING_HEADS, SettingRow, setting_cells, setting_rows
from tests.heldar_site import PASSWORD

ORIGINS = dict.fromkeys(SETTINGS, "default")


def listed(**flags: object) -> dict[str, SettingRow]:
    return {row.name: row for row in setting_rows(load_settings(None, **flags), ORIGINS)}


def test_each_setting_is_there_by_the_name_of_its_variable_and_says_what_it_means() -> None:
    rows = listed()

    assert list(rows) == [name.upper() for name in SETTINGS]
    assert [row.name for row in rows.values() if not row.meaning] == []


def test_a_secret_is_hidden_and_one_that_is_not_set_is_said_to_be_none() -> None:
    secret = base64.b64encode(bytes(range(32))).decode()
    for name in SECRET_FIELDS:
        row = listed(**{name: secret})[name.upper()]
        assert row.value == "(hidden)"
        assert secret not in repr(row)
        assert listed()[name.upper()].value == "none"


def test_a_path_that_follows_from_another_setting_is_shown_as_it_is_and_its_default_as_a_rule() -> None:
    row = listed(heldar_data_dir=Path("/srv/heldar"))["HELDAR_RECORDINGS_DIR"]

    assert row.value == "/srv/heldar/recordings"
    assert row.default == "{HELDAR_DATA_DIR}/recordings"


def test_a_login_in_a_value_is_masked() -> None:
    assert PASSWORD not in str(listed(anr_player=f"mpv rtsp://u:{PASSWORD}@cam/x"))


def test_numbers_are_written_as_a_person_writes_them() -> None:
    rows = listed(anr_piece_s=300.0)

    assert rows["ANR_PIECE_S"].value == "300"


def test_a_row_has_a_cell_under_each_head() -> None:
    assert all(len(setting_cells(row)) == len(SETTING_HEADS) for row in listed().values())
