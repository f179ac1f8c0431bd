"""Kill something in the middle of a `pulumi up`, and find the way back.

    cd tests && ../.venv/bin/python -m e2e.kills 50

Victims are the command line, the language host, the program, and the way to the provider, which loses its calls in
the middle. The moment is after a random event of the deployment. Prints what each kill left and what it took.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from e2e.account import held
from e2e.served import Stack
from lambdaform_sandbox.sandbox import Sandbox

__all__ = ["VICTIMS", "Aftermath", "ProviderLine", "kill_and_recover", "new_stack"]

VICTIMS = ("pulumi", "host", "program", "provider")
_COMMAND_OF = {"host": "language_host.py", "program": "program_runner.py"}
_MOMENTS = (12, 64)
"""Numbers of the events after which something is killed: from the first resources to the last ones."""

PROGRAM = """
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("worker", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
group = aws.cloudwatch.LogGroup("worker", name_prefix="/aws/lambda/worker-", retention_in_days=1)
function = aws.lambda_.Function(
    "worker",
    code=pulumi.AssetArchive({"handler.py": pulumi.StringAsset("def handle(event, context): return ROUND")}),
    handler="handler.handle", runtime="python3.13", role=role.arn, publish=True, memory_size=128 + ROUND,
    logging_config={"log_format": "JSON", "log_group": group.name},
)
alias = aws.lambda_.Alias("worker", name="live", function_name=function.name, function_version=function.version)
for number in range(ROUND % 7):
    queue = aws.sqs.Queue(f"orders-{number}", visibility_timeout_seconds=60 + ROUND)
    aws.cloudwatch.MetricAlarm(
        f"orders-{number}", namespace="AWS/SQS", metric_name="ApproximateAgeOfOldestMessage", statistic="Maximum",
        dimensions={"QueueName": queue.name}, comparison_operator="GreaterThanThreshold", threshold=ROUND,
        evaluation_periods=1, period=60,
    )
"""


@dataclass(frozen=True)
class Aftermath:
    """What one kill left, and what it took to get back."""

    victim: str
    moment: int
    """Number of events that the deployment had told."""
    died: bool
    """False if the deployment was over before."""
    pending: int
    """Operations that the state does not know the end of."""
    recipe: tuple[str, ...]
    """What had to be done before the next `pulumi up`."""


class ProviderLine:
    """The line to a provider, which can be cut. What it was told to do, it does; nobody hears the answer."""

    def __init__(self, provider_port: int):
        self._provider_port = provider_port
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._serve()

    def cut(self) -> None:
        """Close every connection and take no new one."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._sockets.clear()

    def mend(self) -> None:
        """Take connections on the same port again."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._provider_port))
                self._sockets += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def new_stack(sandbox: Sandbox, folder: Path, line: ProviderLine) -> Stack:
    """Make a stack whose state is written after every step, and whose provider is at the end of the line."""
    variables = {"PULUMI_DEBUG_PROVIDERS": f"aws:{line.port}", "PULUMI_SKIP_CHECKPOINTS": "false"}
    return Stack.new(sandbox, folder, **variables)


def kill_and_recover(stack: Stack, line: ProviderLine, chance: random.Random, number: int) -> Aftermath:
    """Deploy the program of this round, kill somebody meanwhile, and deploy until all is as the program says."""
    program = "import json\nimport pulumi\nimport pulumi_aws as aws\n" + PROGRAM.replace("ROUND", str(number))
    (stack.folder / "infra" / "__main__.py").write_text(program, encoding="utf-8")
    victim, moment = chance.choice(VICTIMS), chance.randint(*_MOMENTS)
    with stack.started("up", "--yes", "--skip-preview", "--json", "--stack", stack.name) as process:
        died = _killed(victim, moment, process, line)
        process.communicate()
    if victim == "provider" and died:
        line.mend()
    pending = _pending(stack)
    return Aftermath(victim, moment, died, pending, _recipe(stack, pending))


def _killed(victim: str, moment: int, process: "subprocess.Popen[str]", line: ProviderLine) -> bool:
    """Kill the victim after so many events; return False if there were not as many."""
    for told, _ in enumerate(process.stdout or (), start=1):
        if told == moment:
            if victim == "provider":
                line.cut()
                return True
            found = _processes(victim, process.pid)
            for each in found:
                _kill(each)
            return bool(found)
    return False


def _kill(process_id: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)


def _processes(victim: str, pulumi: int) -> list[int]:
    """Return the processes that play this part in the deployment of one command line."""
    if victim == "pulumi":
        return [pulumi]
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], check=True, capture_output=True, text=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    family = {pulumi}
    for _ in rows:  # children are found once their parents are
        family |= {int(row[0]) for row in rows if int(row[1]) in family}
    return [int(row[0]) for row in rows if int(row[0]) in family and _COMMAND_OF[victim] in row[2]]


def _pending(stack: Stack) -> int:
    [file] = (stack.folder / "state" / ".pulumi" / "stacks").rglob(f"{stack.name}.json")
    state = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"]
    return len(state.get("pending_operations") or [])


def _recipe(stack: Stack, pending: int) -> tuple[str, ...]:
    """Take the documented way back and return the commands of it that were needed; nothing may be left to do."""
    taken: list[str] = []
    if list((stack.folder / "state" / ".pulumi" / "locks").rglob("*.json")):
        taken.append("cancel")
        stack.done("cancel", "--yes", "--stack", stack.name)
    if pending:
        taken.append("refresh")
        stack.done("refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", stack.name)
    stack.up()
    planned = json.loads(stack.done("preview", "--refresh", "--json", "--stack", stack.name))["changeSummary"]
    assert set(planned) <= {"same"}, planned
    assert not _pending(stack)
    return tuple(taken)


def main(count: int, seed: int) -> None:
    """Kill so often and print what came of it."""
    chance = random.Random(seed)  # noqa: S311  # dice, not keys
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as folder:
        line = ProviderLine(sandbox.provider_server.port)
        stack = new_stack(sandbox, Path(folder) / "shop", line)
        for number in range(1, count + 1):
            print(number, kill_and_recover(stack, line, chance, number), flush=True)
        stack.destroy()
        print("left without a stack:", held(sandbox.aws.client))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
