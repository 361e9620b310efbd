"""Runs the command line in this process, and keeps all that was printed."""

import argparse
import json
from typing import Any

import pytest

from anr_tui.cli.main import build_parser, main
from tests.heldar_site import HeldarSite


class StatusMessage:
    """What was printed, by this process and its children."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd
        self.all = ""
        self.out = ""
        self.err = ""
        self.is_revealed = False

    def read(self) -> None:
        self.out, self.err = self._capfd.readouterr()
        self.all += self.out + self.err


class Command:
    """Runs the command line in this process."""

    def __init__(self, site: HeldarSite, said: StatusMessage) -> None:
        self.site = site
        self.said = said

    def __call__(self, *arguments: str) -> int:
        try:
            status = main([*arguments, *self.site.flags])
        except SystemExit as end:
            status = int(end.code or 0)
        self.said.read()
        return status

    @property
    def out(self) -> str:
        return self.said.out

    @property
    def err(self) -> str:
        return self.said.err

    def json(self, *arguments: str) -> Any:
        assert self(*arguments, "--json") == 0
        return json.loads(self.out)


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)
