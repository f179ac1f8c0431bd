"""Ctrl-C and SIGTERM: the first ends, later ones are ignored until the end is complete."""

import signal
import threading

import pytest
from lambdaform_sandbox.signals import Terminated, ended_by_signals, uninterrupted


@pytest.mark.parametrize(("number", "error"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Terminated)])
def test_only_the_first_signal_is_raised(number: signal.Signals, error: type[BaseException]):
    with ended_by_signals():
        with pytest.raises(error):
            signal.raise_signal(number)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)


def test_signals_are_ignored_where_nothing_may_interrupt():
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)


def test_afterwards_signals_mean_what_they_meant_before():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with ended_by_signals(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_in_another_thread_signals_are_left_alone():
    inside: list[object] = []

    def enter() -> None:
        with ended_by_signals(), uninterrupted():
            inside.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert inside == [signal.getsignal(signal.SIGINT)]
