"""What to say of finding a chosen site again the next time: a question, a sentence, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anr_tui.config.config_file import read_settings_file, setting_lines
from anr_tui.domain.errors import SettingsError
from anr_tui.view.site_not_found import NoSite


@dataclass(frozen=True, slots=True)
class Advice:
    """A question that is answered by writing `values` into the settings file, or a sentence for the status line."""

    question: str = ""
    detail: str = ""
    sentence: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def advise(values: Mapping[str, str], config: Path, no_site: NoSite) -> Advice:
    """What there is to say where these settings find the site. Reads the settings file."""
    if not values:
        return Advice()
    lines = setting_lines(values).strip().replace("\n", "; ")
    if no_site.is_in_environment:
        return Advice(
            sentence=f"HELDAR_DATABASE_URL in the environment hides the settings file: change it there. {lines}"
        )
    try:
        there = read_settings_file(config)
    except SettingsError:
        return Advice(sentence=f"To find this site the next time, write into {config}: {lines}")
    if all(there.get(name) == value for name, value in values.items()):
        return Advice()
    if there.keys() & values.keys():
        return Advice(sentence=f"To find this site the next time, change in {config}: {lines}")
    return Advice("Find this site the next time, too?", f"This would go into {config}: {lines}", values=values)
