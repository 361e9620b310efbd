"""The chain of evidence as text, and its fields for JSON."""

from anr_tui.domain.evidence.evidence_chain import ChainHead, ChainReport
from anr_tui.platform.text import plain_line
from anr_tui.view.tables.text_tables import Fields


def head_fields(head: ChainHead) -> Fields:
    """The fields of a head for JSON: the number of entries, and the head as `verify --known` takes it."""
    return {"count": head.count, "head": str(head)}


def chain_fields(chain: ChainReport) -> Fields:
    """The fields of a checked chain for JSON."""
    problems = [{"fault": each.fault, "words": each.words} for each in chain.problems]
    return {**head_fields(chain.head), "older": chain.older, "is_whole": chain.is_whole, "problems": problems}


def head_text(head: ChainHead) -> str:
    """A head as a line of text, to be copied."""
    return f"Chain of evidence: {head.count} entries, head {head}"


def chain_text(chain: ChainReport) -> str:
    """A checked chain as text: a line for each problem, and a line with its head."""
    older = f" {chain.older} older records are not in it." if chain.older else ""
    count = len(chain.problems)
    state = "whole" if chain.is_whole else f"not whole: {count} problem{'s' if count > 1 else ''}"
    lines = [f"{each.fault:<11} {plain_line(each.words)}" for each in chain.problems]
    return "\n".join([*lines, f"{head_text(chain.head)}, {state}.{older}"])
