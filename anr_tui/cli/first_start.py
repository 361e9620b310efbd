"""The start of the console where there is no site: the search for one, and the steps offered to get one."""

import argparse
import asyncio
import contextlib
import functools
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

from anr_tui.cli.output import DONE, setting_flags
from anr_tui.config.settings import Settings, default_config_path, load_settings, origins
from anr_tui.console.first_start.steps import FirstSteps, Start
from anr_tui.domain.errors import SiteError
from anr_tui.platform.files.permissions import DIRECTORY_MODE, share
from anr_tui.service.launcher import ChildWorker, settings_flags
from anr_tui.sites.heldar.schema import create_site_database
from anr_tui.view.site_not_found import NoSite, look_for_site


def search(options: argparse.Namespace, settings: Settings) -> NoSite | None:
    """Look for the site that options and settings name. Returns None where it can be opened, else why it cannot be."""
    return asyncio.run(look_for_site(settings, _places(options), is_read_only=options.read_only))


def start_without_site(options: argparse.Namespace, settings: Settings, no_site: NoSite) -> int:
    """Let a person choose a site, and show it. Raises the error of `no_site` where none was chosen."""
    from anr_tui.console.run import run_first_start

    _be_silent()
    if not run_first_start(no_site, _steps(options), settings, is_read_only=options.read_only):
        raise no_site.error
    return DONE


def _steps(options: argparse.Namespace) -> FirstSteps:
    return FirstSteps(
        take=functools.partial(_take, options),
        make=functools.partial(_make, options),
        demo=_demo,
        config=options.config or default_config_path(),
        only_looks=options.read_only,
    )


def _make(options: argparse.Namespace, path: Path) -> None:
    """Make an empty site database at `path`, and the directory for its recordings: no worker starts without one."""
    create_site_database(path)
    directory = _settings_on(options, path)[0].recordings_dir
    try:
        if not directory.exists():
            directory.mkdir(parents=True)
            share(directory, DIRECTORY_MODE)
    except OSError as error:
        raise SiteError(
            f"The site is made, but its recordings directory {directory} cannot be made: {error.strerror}.",
            "Make it, or set HELDAR_RECORDINGS_DIR; then open the site.",
        ) from None


def _take(options: argparse.Namespace, path: Path) -> Start:
    """The start on the database at `path`; its recordings lie beside it unless a setting names another directory."""
    settings, named = _settings_on(options, path)
    if options.read_only:
        return Start(settings, None, lambda: None)
    worker = ChildWorker(settings_flags(settings, options.config))
    return Start(settings, worker.start, functools.partial(_log_beside, settings), named)


def _settings_on(options: argparse.Namespace, path: Path) -> tuple[Settings, dict[str, str]]:
    named = {"heldar_database_url": str(path)}
    places = _places(options)
    if all(places[name] == "default" for name in ("heldar_data_dir", "heldar_recordings_dir")):
        named["heldar_data_dir"] = str(path.parent)
    return load_settings(options.config, **setting_flags(options) | named), named


@contextlib.contextmanager
def _demo() -> Iterator[Start]:
    from anr_tui.demo.demo import running_demo

    with running_demo(None, goes_on=True) as demo:
        child = demo.child_worker()
        try:
            yield Start(demo.settings, child.start, functools.partial(_log_beside, demo.settings))
        finally:
            child.stop()


def _places(options: argparse.Namespace) -> Mapping[str, str]:
    return origins(options.config, **setting_flags(options))


def _log_beside(settings: Settings) -> None:
    from anr_tui.platform.logging_setup import set_up_log

    set_up_log(settings.logs_dir / "console.log", to_terminal=False)


def _be_silent() -> None:
    """Switch logging off: there is no place for a log file yet, and the terminal belongs to the screen."""
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
