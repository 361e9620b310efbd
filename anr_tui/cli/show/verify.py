"""The command `verify`: reads the landed files again, and reports which are good, changed or missing."""

import argparse
import asyncio
import re
from pathlib import Path

from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, print_json, print_text, read_settings
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.evidence.evidence_chain import ChainHead, ChainReport
from anr_tui.view.evidence.bundle_check import check_bundle
from anr_tui.view.gap.evidence import Finding, check_evidence_chain, verify
from anr_tui.view.tables.bundle_text import bundle_fields, bundle_text
from anr_tui.view.tables.chain_text import chain_fields, chain_text
from anr_tui.view.tables.text_tables import finding_fields, finding_text, findings_text

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def add_command(add: AddCommand) -> None:
    """Add `verify` to the command line."""
    command = add("verify", _verify, "read the landed files again, and say which are good, changed or missing")
    command.add_argument("gaps", nargs="*", metavar="GAP", help="id of a recording gap; none: every file")
    command.add_argument("--chain", action="store_true", help="check the chain of evidence alone, and read no file")
    command.add_argument("--known", type=_head, metavar="HEAD", help="a head of the chain that was copied before")
    command.add_argument("--bundle", type=Path, metavar="DIR", help="check a bundle of `evidence export` instead")
    command.add_argument(
        "--key", type=_fingerprint, metavar="FINGERPRINT", help="with --bundle: of the site's key, as the site told it"
    )
    command.add_argument("--json", action="store_true", help="as JSON, with all that is recorded about each file")


def _verify(options: argparse.Namespace) -> int:
    if options.bundle is not None:
        return _show_bundle(options)
    if options.key is not None:
        raise SettingsError("--key says whose key signed a bundle: it goes with --bundle.")
    settings = read_settings(options)
    chain = asyncio.run(check_evidence_chain(settings, options.known))
    if options.chain:
        return _show_chain(options, chain)

    def show(finding: Finding) -> None:
        if not options.json:
            print_text(finding_text(finding))

    findings = asyncio.run(verify(settings, options.gaps, show))
    if options.json:
        print_json([finding_fields(finding) for finding in findings])
    else:
        print_text(findings_text(findings))
        print_text(chain_text(chain))
    has_failed = any(finding.is_failure for finding in findings) or not chain.is_whole
    return NOT_DONE if has_failed else DONE


def _show_chain(options: argparse.Namespace, chain: ChainReport) -> int:
    if options.json:
        print_json(chain_fields(chain))
    else:
        print_text(chain_text(chain))
    return DONE if chain.is_whole else NOT_DONE


def _show_bundle(options: argparse.Namespace) -> int:
    if options.gaps or options.chain:
        raise SettingsError("--bundle checks all of a bundle, and nothing of this site.")
    report = check_bundle(options.bundle, options.key, options.known)
    if options.json:
        print_json(bundle_fields(report))
    else:
        print_text(bundle_text(report, is_key_known=options.key is not None))
    return DONE if report.is_good else NOT_DONE


def _fingerprint(text: str) -> str:
    plain = text.replace(":", "").strip().lower()
    if not _FINGERPRINT.fullmatch(plain):
        raise argparse.ArgumentTypeError("a fingerprint has 64 hexadecimal digits")
    return plain


def _head(text: str) -> ChainHead:
    try:
        return ChainHead.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
