"""All views together: none can end a release, and what is missing is mentioned."""

import io

from delivery.view.stories import Story
from lambdaform_delivery.errors import AccessError, LockedError, PreflightError, UnsafeAliasError
from lambdaform_delivery.release.events import Event
from lambdaform_delivery.release.outcome import Outcome, Result
from lambdaform_delivery.view.ending import Commands, Ending
from lambdaform_delivery.view.history import History
from lambdaform_delivery.view.stream import Stream
from lambdaform_delivery.view.views import View, Views

COMMANDS = Commands(status="lambdaform status search", restore="lambdaform rollback search --if-unfinished")
DONE = Outcome(Result.PROMOTED, "done", ())


class Recorder:
    name = "the recorder"

    def __init__(self) -> None:
        self.seen: list[object] = []

    def __call__(self, event: Event, history: History) -> None:  # noqa: ARG002  # as in View
        self.seen.append(event.kind)

    def finish(self, ending: Ending, history: History) -> None:  # noqa: ARG002  # as in View
        self.seen.append(ending.result)


class Broken(Recorder):
    name = "the broken view"

    def __call__(self, event: Event, history: History) -> None:
        super().__call__(event, history)
        raise ZeroDivisionError("by nothing")


class Late(Recorder):
    name = "the report `r.html`"

    def finish(self, ending: Ending, history: History) -> None:  # noqa: ARG002  # as in View
        raise OSError(28, "No space left on device")


def shown(*views: View) -> tuple[str, Ending]:
    log, story = io.StringIO(), Story()
    together = Views(views, COMMANDS, log=Stream(log, "standard error"))
    together(story.lock())
    together(story.shift(0))
    return log.getvalue(), together.finish(DONE)


def test_a_view_that_fails_is_left_out_and_the_others_go_on():
    broken, recorder = Broken(), Recorder()
    shown(broken, recorder)
    assert broken.seen == ["locked"]
    assert recorder.seen == ["locked", "shifted", "promoted"]


def test_what_could_not_be_shown_is_mentioned_once_at_the_end():
    log = io.StringIO()
    lost = Stream(None, "standard output")
    views = Views((Broken(), Late()), COMMANDS, streams=(lost,), log=Stream(log, "standard error"))
    views(Story().lock())
    assert log.getvalue() == ""
    views.finish(DONE)
    assert log.getvalue().splitlines() == [
        "warning: not everything could be shown: the broken view: ZeroDivisionError: by nothing",
        "warning: not everything could be shown: the report `r.html`: No space left on device",
        "warning: not everything could be shown: standard output: it is closed",
    ]


def test_an_error_before_the_lock_changed_nothing():
    story = Story()
    story.plan()
    story.note("the alarm is missing")
    ending = Ending.of(PreflightError("a", "b"), story.history, COMMANDS)
    assert (ending.standing, ending.recipe, ending.exit_code) == (("nothing was changed",), "", 3)


def test_an_error_after_it_names_what_was_last_seen_and_the_way_back():
    story = Story()
    story.lock()
    story.shift(2)
    ending = Ending.of(AccessError("expired", "sign in"), story.history, COMMANDS)
    assert ending.standing == ("search (search-1a2b3c4:live) was last seen to serve version 7, 50 % to version 8",)
    assert (ending.recipe, ending.hint, ending.run) == (COMMANDS.restore, "sign in", "k3v9")


def test_whoever_lost_the_alias_is_told_to_look_and_not_to_roll_back():
    story = Story()
    story.lock()
    assert Ending.of(LockedError("taken"), story.history, COMMANDS).recipe == COMMANDS.status


def test_a_command_in_the_hint_is_enough():
    story = Story()
    story.lock()
    error = UnsafeAliasError("a", "lambdaform rollback search --if-unfinished")
    assert Ending.of(error, story.history, COMMANDS).recipe == ""


def test_nobody_claims_that_nothing_was_changed_when_the_alias_is_in_danger():
    assert Ending.of(UnsafeAliasError("a", "b"), History(), COMMANDS).standing == ()


def test_after_the_swap_the_new_version_was_last_seen():
    story = Story()
    story.swap()
    assert "serve version 8" in Ending.of(ValueError("x"), story.history, COMMANDS).standing[0]
