"""The safety rule, at every state of every history: whatever fails, dies or interferes, callers get proven code.

A history is a few commands, each of which may meet faults and may be interrupted by another command, or by somebody
with a console, between any two of its calls. Afterwards the last step of every pipeline runs, undisturbed.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from delivery.release.stack import Stack
from delivery.release.world import BROKEN, World
from hypothesis import given, settings
from hypothesis import strategies as st
from lambdaform_delivery.errors import ReleaseError
from lambdaform_delivery.release import ReleaseTarget
from lambdaform_delivery.release.description import Description
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.faults import CallerCrashed, Fault
from lambdaform_sandbox.server import AwsServer

COMMANDS = ("release", "resume", "back", "rollback")
FAULTS = (
    Fault.CRASH_BEFORE,
    Fault.CRASH_AFTER,
    Fault.LOST_ANSWER,
    Fault.RESET,
    Fault.SERVICE_ERROR,
    Fault.THROTTLED,
    Fault.PRECONDITION_FAILED,
    Fault.EXPIRED_TOKEN,
    Fault.ACCESS_DENIED,
)
_NAMES = ("search", "worker")


@dataclass(frozen=True)
class Act:
    """One command, and what happens while it runs."""

    command: str
    faults: tuple[tuple[Fault, int, int], ...]
    """Kind, number of the call, and how many calls in a row meet it."""
    rival: tuple[str, int] | None
    """Another command, and the call before which it runs."""


ACTS = st.builds(
    Act,
    command=st.sampled_from(COMMANDS),
    faults=st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(1, 40), st.sampled_from((1, 2, 9))), max_size=2).map(
        tuple
    ),
    rival=st.none() | st.tuples(st.sampled_from((*COMMANDS, "hand")), st.integers(7, 40)),
)


class Play:
    """A world in which acts are played."""

    def __init__(self, world: World):
        self.world = world
        self.targets = world.group(*_NAMES)
        self.is_moved_by_hand = False

    def play(self, act: Act) -> None:
        """Run a command to whatever end: a refusal, a death, or what it was meant for."""
        faults = self.world.faults
        faults.clear()
        for fault, nth, times in act.faults:
            faults.inject(fault, nth=nth, times=times)
        if act.rival:
            rival, nth = act.rival
            faults.before(lambda _: self.run(rival), nth=nth)
        self.run(act.command)
        faults.clear()

    def run(self, command: str) -> None:
        """Run one command without faults of its own."""
        with suppress(ReleaseError, CallerCrashed):
            self._commands()[command]()

    def _commands(self) -> dict[str, Callable[[], object]]:
        world, targets = self.world, self.targets
        return {
            "release": lambda: world.quick(*targets, ramp="50"),
            "resume": lambda: world.resumed(*targets),
            "back": lambda: world.rollback(*targets, if_unfinished=True),
            "rollback": lambda: world.rollback(*targets),
            "hand": self._move_by_hand,
        }

    def _move_by_hand(self) -> None:
        self.is_moved_by_hand = True
        self.world.stack.move(self.targets[1], "1", "by hand")


def owners(world: World, function_name: str) -> list[str]:
    """Return who wrote the journals of a function, without repetitions in a row."""
    journals = [Description.parse(state.description).journal for name, state in world.served if name == function_name]
    found = [f"{journal.run}.{journal.owner}" for journal in journals if journal]
    return [owner for index, owner in enumerate(found) if index == 0 or owner != found[index - 1]]


def played(acts: Sequence[Act], folder: Path, *, bad: bool) -> Play:
    """Play a history to its end in a world of its own; check the rule and what holds at every end."""
    clock = ManualClock()
    with AwsServer(clock=clock) as aws:
        play = Play(World(Stack(aws, clock), folder))
        if bad:
            play.world.traffic["worker"].behave("2", BROKEN)
        for act in acts:
            play.play(act)
        play.run("back")
        check_end(play)
    return play


def check_end(play: Play) -> None:
    """Check what holds after every history."""
    world = play.world
    assert world.unsafe() == []
    for target in play.targets:
        seen = owners(world, target.function_name)
        assert len(seen) == len(set(seen))
    if not play.is_moved_by_hand:
        check_agreement(world, play.targets)


def check_agreement(world: World, targets: Sequence[ReleaseTarget]) -> None:
    """Check that both functions are through, and serve the same."""
    assert [world.said(target).journal for target in targets] == [None] * len(targets)
    assert [world.alias(target).weights for target in targets] == [{}] * len(targets)
    assert len({world.alias(target).version for target in targets}) == 1


@settings(max_examples=20)
@given(acts=st.lists(ACTS, min_size=1, max_size=3), bad=st.booleans())
def test_callers_get_proven_code_at_every_state_of_every_history(acts: list[Act], bad: bool):
    with tempfile.TemporaryDirectory() as folder:
        played(acts, Path(folder), bad=bad)


def test_a_history_can_fail_the_check(tmp_path: Path):
    clock = ManualClock()
    with AwsServer(clock=clock) as aws:
        world = World(Stack(aws, clock), tmp_path)
        target = world.ready()
        world.stack.move(target, "2", "untried")

        with pytest.raises(AssertionError):
            assert world.unsafe() == []
