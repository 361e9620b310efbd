"""The text below each command's help: examples, exit status, and the sources of the settings."""

import textwrap
from dataclasses import dataclass

from anr_tui.config.settings import SETTINGS, default_config_path

_EXIT = "0 done, 1 something asked for did not succeed, 2 wrong use or settings"


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The examples of one command, each with a sentence on its purpose, and the meaning of its exit status."""

    examples: dict[str, str]
    exit_status: str = _EXIT


PAGES = {
    "": HelpPage(
        {
            "anr-tui --database /srv/heldar/data/heldar.db --recordings /srv/heldar/data/recordings": "the console",
            "anr-tui status --check": "for a monitor",
            "anr-tui report --help": "all about one command",
        }
    ),
    "console": HelpPage({"anr-tui console": "the same as `anr-tui`", "anr-tui --read-only": "for guests"}),
    "worker": HelpPage(
        {"anr-tui worker": "as a service", "anr-tui worker --once": "from a timer: one sweep and its fills"},
        "0 ended normally, 1 another worker has the site or the disk is full, 2 wrong use or settings",
    ),
    "doctor": HelpPage(
        {"anr-tui doctor": "before the first start"}, "0 all is well, 1 something is wrong, 2 wrong use"
    ),
    "init": HelpPage({"anr-tui init /srv/anr/site.db": "then add cameras (`anr-tui camera`)"}),
    "demo": HelpPage({"anr-tui demo": "in a terminal", "anr-tui demo --once": "without one"}),
    "status": HelpPage(
        {
            "anr-tui status": "at a glance",
            "anr-tui status --check": "for Nagios and its like",
            "anr-tui status --json": "all of it; docs/json.md says what each field is",
        },
        "0; with --check 1 where a person is needed; 2 wrong use, settings, or no site to look at",
    ),
    "cameras": HelpPage({"anr-tui cameras": "for people", "anr-tui cameras --json": "for programs"}),
    "gaps": HelpPage({"anr-tui gaps": "for people", "anr-tui gaps --json": "for programs"}),
    "fills": HelpPage({"anr-tui fills": "for people", "anr-tui fills --json": "for programs"}),
    "queue": HelpPage({"anr-tui queue": "what waits, and why", "anr-tui queue --json": "for programs"}),
    "requests": HelpPage({"anr-tui requests": "for people", "anr-tui requests --json": "for programs"}),
    "events": HelpPage(
        {
            "anr-tui events": "the newest 1000",
            "anr-tui events --since 2h --kind alarm,gap_failed": "some of them",
            "anr-tui events --follow --json": "for another program, as they come",
        },
        "0; with --follow 130 after ^C, 143 after SIGTERM, 1 when its reader has ended; 2 wrong use or settings",
    ),
    "url": HelpPage({"anr-tui url gap_1": "masked", "anr-tui url gap_1 --reveal": "with the password"}),
    "verify": HelpPage(
        {
            "anr-tui verify": "every file",
            "anr-tui verify gap_1 --json": "one gap's, with all that was noted",
            "anr-tui verify --bundle bundle": "what somebody was given by `anr-tui evidence export`",
        },
        "0 all files are good, 1 one is changed or missing, 2 wrong use or settings",
    ),
    "evidence": HelpPage(
        {
            "anr-tui evidence key": "the site's key, made at first",
            "anr-tui evidence export gap_1 --out bundle": "for somebody else; docs/evidence.md says how to check it",
        },
        "0 done, 1 something is not in the bundle, 2 wrong use or settings, or nothing can be signed",
    ),
    "report": HelpPage(
        {
            "anr-tui report": "the last 12 hours",
            "anr-tui report --since 'yesterday 22:00' --until 06:00": "last night's shift, in the console's zone",
            "anr-tui report --since 2026-06-13T06:00Z --until 2026-06-13T18:00Z": "exactly this",
            "anr-tui report --since 7d --camera gate --format csv": "for a spreadsheet",
        }
    ),
    "stats": HelpPage(
        {
            "anr-tui stats": "the last 14 days, the cameras' speeds, and when the backlog will be done",
            "anr-tui stats --days 30 --format csv": "for a spreadsheet",
        }
    ),
    "fill": HelpPage(
        {"anr-tui fill gap_1": "asks, and returns at once", "anr-tui fill gap_1 gap_2 --wait": "shows their progress"},
        "0 asked; with --wait 0 only if all are filled, 1 if not, 130 after ^C; 2 wrong use or settings",
    ),
    "retry": HelpPage({"anr-tui retry gap_1": "one", "anr-tui retry --all-failed": "all that were given up"}),
    "cancel": HelpPage({"anr-tui cancel 12": "a fill's number, as `anr-tui fills` has it"}),
    "parts": HelpPage(
        {
            "anr-tui parts": "what is kept, and why it has no place",
            "anr-tui parts export 5f3a91c2 /tmp/footage.mp4": "to look at it",
            "anr-tui parts place 5f3a91c2 --at 2026-06-13T12:00:00Z": "what would land; with --yes it does",
            "anr-tui parts drop 5f3a91c2 --yes": "deletes it",
        },
        "0 done, 1 it could not be done, 130 after ^C; 2 wrong use, or no such part",
    ),
    "camera": HelpPage(
        {
            'anr-tui camera add "Front gate" --address 10.0.0.7 --user anr --password-prompt': "asks for the password",
            "anr-tui camera change gate --anr off": "its gaps are no longer filled automatically",
            "anr-tui camera change gate --password-stdin": "a new password, from a password store's output",
        },
        "0 written (or nothing to change), 2 wrong use, a wrong value, or a database that anr-tui did not make",
    ),
    "diagnose": HelpPage(
        {"anr-tui diagnose gate": "by its id or name", "anr-tui diagnose gate --json": "for programs"},
        "0 nothing failed, 1 something did, 130 after ^C; 2 wrong use or settings",
    ),
    "settings": HelpPage({"anr-tui settings": "for people", "anr-tui settings --json": "for programs"}),
    "completion": HelpPage(
        {
            "anr-tui completion bash > ~/.local/share/bash-completion/completions/anr-tui": "bash",
            'anr-tui completion zsh > "${fpath[1]}/_anr-tui"': "zsh",
            "anr-tui completion fish > ~/.config/fish/completions/anr-tui.fish": "fish",
        }
    ),
}


def epilog(command: str) -> str:
    """The text below the help of `command`; the command "" is the program itself."""
    page = PAGES.get(command, HelpPage({}))
    lines = ["examples:", *(f"  {example}\n      {words}" for example, words in page.examples.items())]
    lines += ["", "exit status:", _filled(page.exit_status), "", "settings:", _filled(_sources())]
    if not command:
        lines += ["", "environment:", _filled(", ".join(name.upper() for name in SETTINGS))]
    return "\n".join(lines)


def _sources() -> str:
    return (
        f"from these flags, else from environment variables, else from {default_config_path()}, else the default; "
        "`anr-tui settings` lists them all with what they mean"
    )


def _filled(text: str) -> str:
    return textwrap.fill(text, 78, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
