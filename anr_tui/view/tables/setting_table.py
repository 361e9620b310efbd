"""The settings as an operator reads them: value, default, source and meaning, without secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from anr_tui.config.settings import SECRET_FIELDS, SETTINGS, Settings
from anr_tui.platform.secrets.masking import mask
from anr_tui.view.tables.text_tables import Fields

# The value in effect where nothing is set and the default itself does not tell.
_UNSET = {
    "heldar_recordings_dir": "{HELDAR_DATA_DIR}/recordings",
    "heldar_anr_enabled": "unset",
    "anr_journal": "NAME.anr.db beside the site database",
}


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting, named by its environment variable."""

    name: str
    value: str
    default: str
    origin: str
    meaning: str


def setting_rows(settings: Settings, origins: Mapping[str, str]) -> list[SettingRow]:
    """A row for each setting, in the order of declaration."""
    effective = {"heldar_recordings_dir": settings.recordings_dir, "anr_journal": settings.journal_path}
    return [
        SettingRow(
            name=name.upper(),
            value=_text(effective.get(name, getattr(settings, name)), name),
            default=_text(setting.default, name),
            origin=origins[name],
            meaning=setting.description,
        )
        for name, setting in SETTINGS.items()
    ]


def setting_fields(row: SettingRow) -> Fields:
    """The fields of a setting for JSON."""
    return {
        "name": row.name,
        "value": row.value,
        "default": row.default,
        "origin": row.origin,
        "meaning": row.meaning,
    }


SETTING_HEADS = ["setting", "value", "default", "from", "meaning"]


def setting_cells(row: SettingRow) -> list[str]:
    """The texts of a setting for the columns of `SETTING_HEADS`."""
    return [row.name, row.value, row.default, row.origin, row.meaning]


def _text(value: object, name: str) -> str:
    if value in (None, "", {}):
        return _UNSET.get(name, "none")
    if name in SECRET_FIELDS:
        return "(hidden)"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else mask(str(value))
