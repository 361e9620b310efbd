"""What people and programs read of the chain of evidence."""

from anr_tui.domain.evidence.evidence_chain import ChainFault, ChainHead, ChainProblem, ChainReport
from anr_tui.view.tables.chain_text import chain_fields, chain_text


def test_each_problem_has_a_line_and_no_row_can_forge_one() -> None:
    problem = ChainProblem(ChainFault.MISSING, "The record of gate\n/x\x1b[2J is missing.", 7)
    report = ChainReport(ChainHead(3, "ab"), older=2, problems=(problem,))

    lines = chain_text(report).splitlines()
    assert lines[0] == "missing     The record of gate /x [2J is missing."
    assert lines[1:] == [
        "Chain of evidence: 3 entries, head 3:ab, not whole: 1 problem. 2 older records are not in it."
    ]
    assert chain_fields(report)["problems"] == [{"fault": "missing", "words": problem.words}]
