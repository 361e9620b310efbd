"""The short form of `benchmarks.chaos`: harm at random moments of a fixed seed loses nothing and leaves nothing."""

from pathlib import Path

from benchmarks.chaos import run_chaos


async def test_harm_at_random_moments_loses_no_second_and_leaves_nothing(tmp_path: Path) -> None:
    result = await run_chaos(tmp_path, cameras=2, gaps=6, harms=12, seed=5)
    assert result.evidence.problems == (), str(result)
    assert sum(count for harm, count in result.harms.items() if not harm.startswith("no_chance")) >= 8
    assert result.workers > 1, "the worker was ended at least once"
