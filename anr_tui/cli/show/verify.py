"""The command `verify`: reads the landed files again, and reports which are good, changed or missing."""

import argparse
import asyncio

from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, print_json, print_text, read_settings
from anr_tui.view.gap.evidence import Finding, verify
from anr_tui.view.tables.text_tables import finding_fields, finding_text, findings_text


def add_command(add: AddCommand) -> None:
    """Add `verify` to the command line."""
    command = add("verify", _verify, "read the landed files again, and say which are good, changed or missing")
    command.add_argument("gaps", nargs="*", metavar="GAP", help="id of a recording gap; none: every file")
    command.add_argument("--json", action="store_true", help="as JSON, with all that is recorded about each file")


def _verify(options: argparse.Namespace) -> int:
    def show(finding: Finding) -> None:
        if not options.json:
            print_text(finding_text(finding))

    findings = asyncio.run(verify(read_settings(options), options.gaps, show))
    if options.json:
        print_json([finding_fields(finding) for finding in findings])
    else:
        print_text(findings_text(findings))
    return NOT_DONE if any(finding.is_failure for finding in findings) else DONE
