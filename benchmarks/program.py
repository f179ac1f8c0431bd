"""What components cost over the same raw resources: time, peak memory and registrations of a program in N functions.

    .venv/bin/python benchmarks/program.py              1, 10 and 100 functions: four minutes of a free processor
    .venv/bin/python benchmarks/program.py 100 1000     other numbers: 1000 functions take five minutes more

The engine is the recorder of `lambdaform.testing`, in the process of the program: it answers at once, so what is
measured is the program and the SDK. Runs of the two variants alternate, each in a process of its own. Time is that of
the processor, because a run waits for nothing, and what the garbage collector takes of it is shown beside it. Starting
Python and importing are measured separately.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from functions import VARIANTS
from lambdaform.testing import Recording
from program_run import recorded, write_code
from report import Goal, conclude, table

HERE = Path(__file__).parent
COUNTS = (1, 10, 100)
"""Numbers of functions, where the command names no others."""
ROUNDS = 9
"""Runs of each variant."""
ROUNDS_OF_MANY = 1
"""The same from 1000 functions on, where a run takes minutes and varies little."""
MANY = 1000
SERVICES = "import pulumi_aws as aws; aws.cloudwatch.MetricAlarm, aws.iam.Role, aws.lambda_.Function, aws.sqs.Queue"
IMPORTS = {
    "what a program of raw resources imports": SERVICES,
    "the same and lambdaform": f"{SERVICES}; import lambdaform",
}
START = "; import resource, time; print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


@dataclass(frozen=True)
class Cost:
    """Medians of the runs of one variant with one number of functions."""

    seconds: float
    collector_seconds: float
    peak_bytes: float
    registrations: float


def main() -> None:
    """Measure, print the tables, and end with 1 if a goal is missed."""
    require_same_resources()
    print(start_up())
    counts = [int(argument) for argument in sys.argv[1:]] or COUNTS
    costs = {count: measured(count, ROUNDS if count < MANY else ROUNDS_OF_MANY) for count in counts}
    rows = [row(count, variant, cost) for count, variants in costs.items() for variant, cost in variants.items()]
    heading = ("functions", "variant", "seconds", "of it collector", "peak MB", "registrations")
    print(table(heading, rows), end="\n\n")
    if reached := goals(costs):
        conclude(reached)


def require_same_resources() -> None:
    """Stop if the raw program has fallen behind the components: it has to register the same resources."""
    with tempfile.TemporaryDirectory() as folder:
        write_code(Path(folder))
        ours, raw = (inputs(recorded(variant, 1, Path(folder))) for variant in ("components", "raw"))
    different = [key for key in ours.keys() | raw.keys() if ours.get(key) != raw.get(key)]
    if different:
        sys.exit(f"the raw program differs from the components in {sorted(different)}\nhint: change functions.py")


def inputs(recording: Recording) -> dict[tuple[str, str], Any]:
    """Return the inputs of all resources that a provider makes, by type and name."""
    return {
        (resource.type, resource.name): {key: comparable(value) for key, value in resource.inputs.items()}
        for resource in recording.resources
        if resource.custom
    }


def comparable(value: object) -> object:
    """Return a value that is equal for equal inputs: of an archive, its path."""
    return value.path if isinstance(value, pulumi.FileArchive) else value


def measured(count: int, rounds: int) -> Mapping[str, Cost]:
    """Return the cost of each variant."""
    runs: dict[str, list[dict[str, float]]] = {variant: [] for variant in VARIANTS}
    for _ in range(rounds):
        for variant, done in runs.items():
            done.append(json.loads(output(str(HERE / "program_run.py"), variant, str(count))))
    return {variant: median(done) for variant, done in runs.items()}


def output(*arguments: str) -> str:
    """Return what a new Python prints."""
    return subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603  # ours


def median(runs: list[dict[str, float]]) -> Cost:
    """Return the middle of each number."""
    return Cost(**{name: statistics.median(run[name] for run in runs) for name in runs[0]})


def start_up() -> str:
    """Return a table of what imports cost, before a program does anything."""
    rows: list[tuple[str, str, str]] = []
    for name, statement in IMPORTS.items():
        runs = [output("-c", statement + START).split() for _ in range(5)]
        seconds, kilobytes = (statistics.median(float(run[index]) for run in runs) for index in (0, 1))
        rows.append((name, f"{seconds:.2f}", f"{kilobytes / 1024:.0f}"))
    return table(("imports", "seconds", "peak MB"), rows) + "\n"


def row(count: int, variant: str, cost: Cost) -> tuple[str, ...]:
    """Return one line of the table."""
    megabytes = cost.peak_bytes / 1024 / 1024
    seconds = (f"{cost.seconds:.2f}", f"{cost.collector_seconds:.2f}")
    return str(count), variant, *seconds, f"{megabytes:.0f}", f"{cost.registrations:.0f}"


def goals(costs: Mapping[int, Mapping[str, Cost]]) -> list[Goal]:
    """Return what components may cost: the goals for which the numbers were measured."""
    if 100 not in costs:  # noqa: PLR2004  # the number the goals are about
        return []
    ours, raw = costs[100]["components"], costs[100]["raw"]
    found = [
        Goal("time of components over raw, 100 functions", ours.seconds / raw.seconds, 1.25),
        Goal("peak memory of components over raw, 100 functions", ours.peak_bytes / raw.peak_bytes, 1.2),
        Goal("additional registrations per function", (ours.registrations - raw.registrations) / 100, 5),
    ]
    if MANY in costs:
        many = costs[MANY]["components"]
        found.append(Goal("time of 1000 functions over 100", many.seconds / ours.seconds, 13))
    return found


if __name__ == "__main__":
    main()
