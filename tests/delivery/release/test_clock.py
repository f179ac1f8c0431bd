"""The machine's clock as far as it can be tried without waiting."""

from lambdaform_delivery.release.clock import SystemClock


def test_a_clock_that_was_woken_skips_one_sleep_and_no_more():
    clock = SystemClock()
    clock.wake()

    clock.sleep(3600)

    before = clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() - before >= 0.01
