"""`make demo-release`: releases in the sandbox, under the calls of users, that go well, go wrong and are killed.

a version that fails 5 % of its calls is rolled back by what CloudWatch says
a broken one is stopped by probes, before any user meets it
a healthy one is promoted
one whose release is killed is resumed; one more is killed and taken back
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import builds
from lambdaform.testing import Recording
from lambdaform_sandbox.clock import CompressedClock
from lambdaform_sandbox.project import Project
from lambdaform_sandbox.rehearsal import rehearse
from lambdaform_sandbox.sandbox import Sandbox
from lambdaform_sandbox.shell import variables
from users import Users

__all__ = ["main"]

FACTOR = 20
"""How many times as fast the sandbox's time goes: a minute of metrics every three seconds."""
USERS = 4
HERE = Path(__file__).parent
SHOP = HERE / "shop"
LAMBDAFORM = Path(sys.executable).with_name("lambdaform")


@dataclass(frozen=True)
class Stage:
    """Where the scenarios play."""

    sandbox: Sandbox
    clock: CompressedClock
    folder: Path
    outputs: Path
    function_name: str
    users: Users

    def release(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the release tool."""
        time = (str(self.clock.factor), str(self.clock.origin))
        command = [sys.executable, str(HERE / "releaser.py"), str(self.outputs), *time, *arguments]
        return subprocess.Popen(command, env=self._variables(), stderr=subprocess.PIPE, text=True)  # noqa: S603  # ours

    def finished(self, *arguments: str) -> int:
        """Run the release tool to its end, show what it says, and return its exit code."""
        return _shown(self.release(*arguments))

    def killed_in_the_ramp(self, package: Path) -> None:
        """Start a release, and kill it without a chance to clean up once the new version has calls."""
        process = self.release(str(package))
        for line in process.stderr or ():
            print(f"  {line}", end="")
            if "% of the calls go to" in line:
                process.send_signal(signal.SIGKILL)
                break
        process.communicate()
        print("  (killed with SIGKILL)")

    def lambdaform(self, *arguments: str) -> int:
        """Run the command line as it is."""
        command = [str(LAMBDAFORM), *arguments, "--outputs", str(self.outputs)]
        print(f"  $ lambdaform {' '.join(arguments)}")
        return _shown(subprocess.Popen(command, env=self._variables(), stderr=subprocess.PIPE, text=True))  # noqa: S603  # ours

    def package(self, name: str, handler: str) -> str:
        """Write a package and return its path."""
        return str(builds.write_package(self.folder, name, handler))

    def alias(self) -> dict[str, Any]:
        """Return the alias as it is."""
        return self.sandbox.aws.client("lambda").get_alias(FunctionName=self.function_name, Name="live")

    def live(self) -> str:
        """Return what the alias serves: one version, or a split."""
        alias = self.alias()
        split = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights")
        return f"{alias['FunctionVersion']} and {split}" if split else alias["FunctionVersion"]

    def _variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, **variables(self.sandbox.aws, self.sandbox.home, self.sandbox.provider_server.port)}


def main() -> int:
    """Play every scenario; return 0 if all ended as they should."""
    clock = CompressedClock(FACTOR)
    print(f"the sandbox's time goes {FACTOR} times as fast as yours; the calls are real, and so are the processes\n")
    with tempfile.TemporaryDirectory(prefix="lambdaform-demo-") as folder, Sandbox(clock=clock) as sandbox:
        recording = rehearse(Project.load(SHOP, "sandbox"), sandbox.aws, sandbox.provider)
        outputs = Path(folder) / "outputs.json"
        outputs.write_text(json.dumps(recording.exports), encoding="utf-8")
        users = Users(recording.exports["api_endpoint"], USERS)
        stage = Stage(sandbox, clock, Path(folder), outputs, _function_name(recording), users)
        _begin(stage)
        with users:
            ended = [_faulty(stage), _broken(stage), _healthy(stage), _resumed(stage), _taken_back(stage)]
    print(f"{sum(ended)} of {len(ended)} scenarios ended as they should")
    return 0 if all(ended) else 1


def _function_name(recording: Recording) -> str:
    return recording.exports["releases"][0]["function_name"]


def _begin(stage: Stage) -> None:
    with _scenario(stage, "the first version replaces the placeholder, all at once"):
        stage.finished(stage.package("first", builds.healthy("first")), "all-at-once")


def _faulty(stage: Stage) -> bool:
    with _scenario(stage, "a version that fails 5 % of its calls"):
        before = stage.live()
        code = stage.finished(stage.package("faulty", builds.FAULTY))
        return _ended(code == 4 and stage.live() == before)  # noqa: PLR2004  # rolled back


def _broken(stage: Stage) -> bool:
    with _scenario(stage, "a version that cannot start"):
        before, counted = stage.live(), stage.users.counts()
        code = stage.finished(stage.package("broken", builds.BROKEN))
        met = stage.users.counts() - counted
        harmed = met["failed"] + met["no answer"]
        print(f"  users who met it: {harmed}")
        return _ended(code == 4 and stage.live() == before and not harmed)  # noqa: PLR2004  # rolled back


def _healthy(stage: Stage) -> bool:
    with _scenario(stage, "a healthy version"):
        before = stage.live()
        code = stage.finished(stage.package("healthy", builds.healthy("second")))
        return _ended(code == 0 and stage.live() != before)


def _resumed(stage: Stage) -> bool:
    with _scenario(stage, "a release that is killed, and resumed"):
        before = stage.live()
        stage.killed_in_the_ramp(Path(stage.package("third", builds.healthy("third"))))
        stage.lambdaform("status", "greeter")
        code = stage.finished("--resume")
        return _ended(code == 0 and stage.live() != before)


def _taken_back(stage: Stage) -> bool:
    with _scenario(stage, "a release that is killed, and taken back"):
        before = stage.live()
        stage.killed_in_the_ramp(Path(stage.package("fourth", builds.healthy("fourth"))))
        code = stage.lambdaform("rollback", "greeter", "--if-unfinished")
        return _ended(code == 0 and stage.live() == before)


@contextmanager
def _scenario(stage: Stage, title: str) -> Generator[None]:
    """Print what happens, and what users saw of it."""
    print(f"== {title}")
    counted = stage.users.counts()
    yield
    print(f"  users: {_listed(stage.users.counts() - counted)}; the alias serves version {stage.live()}\n")


def _listed(counts: "Counter[str]") -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nobody called"


def _ended(as_it_should: bool) -> bool:
    print("  as it should be" if as_it_should else "  NOT AS IT SHOULD BE")
    return as_it_should


def _shown(process: "subprocess.Popen[str]") -> int:
    for line in process.stderr or ():
        print(f"  {line}", end="")
    return process.wait()


if __name__ == "__main__":
    raise SystemExit(main())
