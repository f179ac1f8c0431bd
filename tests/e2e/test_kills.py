"""Processes that are killed in the middle of an `up`: a few with fixed dice; `kills.py` does it as often as asked."""

import random
from pathlib import Path

from e2e.kills import ProviderLine, kill_and_recover, new_stack
from lambdaform_sandbox.sandbox import Sandbox
from tools.pulumi_project import needs_pulumi

ROUNDS = 4
SEED = 7


@needs_pulumi
def test_whatever_is_killed_the_next_up_ends_with_what_the_program_says(tmp_path: Path):
    chance = random.Random(SEED)  # noqa: S311  # dice, not keys
    with Sandbox() as sandbox:
        line = ProviderLine(sandbox.provider_server.port)
        stack = new_stack(sandbox, tmp_path / "shop", line)
        aftermaths = [kill_and_recover(stack, line, chance, number) for number in range(1, ROUNDS + 1)]
        line.cut()
    assert any(each.died for each in aftermaths)
