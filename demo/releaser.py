"""The release tool in a process of its own, by the sandbox's faster time: otherwise it is `lambdaform release`.

python demo/releaser.py OUTPUTS FACTOR ORIGIN ('--resume' | ZIP [RAMP])
"""

import sys
from dataclasses import replace
from pathlib import Path

from lambdaform_delivery.cli.cancellation import Cancellation
from lambdaform_delivery.cli.showing import Showing
from lambdaform_delivery.cli.targets import StackOutputs
from lambdaform_delivery.release import JudgeSettings, Outcome, ReleaseOptions, release
from lambdaform_delivery.view.views import Views
from lambdaform_sandbox.clock import CompressedClock

__all__ = ["main"]

NAMES = ("greeter",)
CALLS = 60
"""Of the new version at every step, in place of 250: one laptop makes few calls."""
SHOP = Path(__file__).parent / "shop"


def main(outputs: str, factor: str, origin: str, what: str, ramp: str | None = None) -> int:
    """Release the greeter and return the exit code."""
    source = StackOutputs(outputs)
    chosen = ReleaseOptions(resume=True) if what == "--resume" else ReleaseOptions(zip=Path(what), ramp=ramp)
    options = replace(chosen, judge=JudgeSettings(minimum_calls=CALLS))
    clock = CompressedClock(float(factor), float(origin))

    def work(views: Views) -> Outcome:
        cancellation = Cancellation(lambda: None)
        with cancellation.on_signals():
            return release(
                source.targets(NAMES),
                options,
                clock=clock,
                listen=views,
                cancelled=cancellation.is_wanted,
                folder=SHOP,
            )

    return Showing(NAMES, source, as_json=False, summary=None, report=None).run(work)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
