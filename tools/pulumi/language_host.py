"""A language host for Python: what `pulumi` starts to run a program when it has no `pulumi-language-python` of its own.

`pulumi` passes the address of its engine; the host prints the port it serves on and answers until it is told to stop.
Every run of a program is one child process (program_runner.py), so nothing survives from one run to the next.
"""

# ruff: noqa: ANN401, ARG002, N802  # methods have the names and parameters of the protocol, whose stubs name no types

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from interpreter import InterpreterMissingError, interpreter, surroundings, virtualenv
from protos import language_pb2, language_pb2_grpc, plugin_pb2

__all__ = ["LanguageHost", "main"]

HERE = Path(__file__).parent
VERSION = "0.1.0"
LARGEST_MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit."""
BAIL = 32
"""Exit code of a runner that has already told the engine what went wrong."""
INTERRUPTED = (130, -signal.SIGINT, -signal.SIGTERM)


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """What the engine asks of Python."""

    def __init__(self, engine_address: str):
        self._engine_address = engine_address
        self._children: set[subprocess.Popen[bytes]] = set()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Say which version this is."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def Handshake(self, request: Any, context: Any) -> Any:
        """Learn the engine's address in attach mode, where it changes with every command."""
        self._engine_address = request.engine_address or self._engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        """Name no provider: the engine finds them by what the program registers."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        """List nothing: `pulumi about` is all that asks."""
        return language_pb2.GetProgramDependenciesResponse()

    def About(self, request: Any, context: Any) -> Any:
        """Say which Python would run the program."""
        try:
            python = str(interpreter(request.info))
        except InterpreterMissingError:
            python = sys.executable
        version = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # ours
        return language_pb2.AboutResponse(executable=python, version=version.stdout.removeprefix("Python ").strip())

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program once, in a process of its own."""
        try:
            python = interpreter(request.info)
        except InterpreterMissingError as error:
            return language_pb2.RunResponse(error=str(error))
        code = self._run(python, request)
        if code == 0:
            return language_pb2.RunResponse()
        if code == BAIL or code in INTERRUPTED:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}")

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Make the virtualenv of the project, if it is missing, and install its requirements.txt."""
        try:
            yield from _install(request)
        except (InterpreterMissingError, subprocess.CalledProcessError) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"dependencies could not be installed: {error}")

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Run a policy pack or a component plugin until it ends or the engine hangs up."""
        try:
            python = interpreter(request.info)
        except InterpreterMissingError as error:
            yield language_pb2.RunPluginResponse(stderr=f"{error}\n".encode())
            yield language_pb2.RunPluginResponse(exitcode=1)
            return
        yield from self._run_plugin(python, request, context)

    def Cancel(self, request: Any, context: Any) -> Any:
        """End what runs: the engine is about to stop this host."""
        self.stop_children()
        return empty_pb2.Empty()

    def stop_children(self) -> None:
        """Interrupt every child process."""
        for child in list(self._children):
            if child.poll() is None:
                child.send_signal(signal.SIGINT)

    def _run(self, python: Path, request: Any) -> int:
        """Return the exit code of a child that writes into the engine's log through the output of this process.

        What to run comes on its stdin, not in its environment, where other processes could read secrets.
        """
        command = [str(python), "-u", str(HERE / "program_runner.py")]
        variables = surroundings(python, os.environ)
        child = subprocess.Popen(command, cwd=request.pwd, env=variables, stdin=subprocess.PIPE)  # noqa: S603  # ours
        self._children.add(child)
        try:
            child.communicate(_order(request, self._engine_address))
            return child.returncode
        finally:
            self._children.discard(child)

    def _run_plugin(self, python: Path, request: Any, context: Any) -> Iterator[Any]:
        command, folder = _plugin_command(python, request)
        child = subprocess.Popen(  # noqa: S603  # the plugin that the user's project names
            command,
            cwd=folder,
            env=surroundings(python, dict(item.partition("=")[::2] for item in request.env)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._children.add(child)
        context.add_callback(child.terminate)
        try:
            for line in child.stdout or ():
                yield language_pb2.RunPluginResponse(stdout=line)
            yield language_pb2.RunPluginResponse(exitcode=child.wait())
        finally:
            self._children.discard(child)


def _order(request: Any, engine_address: str) -> bytes:
    """Return the line that tells program_runner.py what to run."""
    order = {
        "root_directory": request.info.root_directory,
        "program": str(Path(request.info.program_directory) / request.info.entry_point),
        "pwd": request.pwd,
        "project": request.project,
        "stack": request.stack,
        "organization": request.organization,
        "config": dict(request.config),
        "config_secret_keys": list(request.configSecretKeys),
        "dry_run": request.dryRun,
        "parallel": request.parallel,
        "monitor": request.monitor_address,
        "engine": engine_address,
    }
    return json.dumps(order).encode() + b"\n"


def _plugin_command(python: Path, request: Any) -> tuple[list[str], str]:
    """Return how a plugin is started, and in which folder."""
    folder = request.info.program_directory
    if request.kind == "analyzer":
        return [str(python), "-u", str(HERE / "policy_proxy.py"), *request.args, folder], folder
    return [str(python), "-u", folder, *request.args], request.pwd


def _install(request: Any) -> Iterator[Any]:
    folder = Path(request.info.root_directory or request.directory)
    environment = virtualenv(request.info)
    if environment and not (environment / "bin" / "python").exists():
        yield from _output([sys.executable, "-m", "venv", str(environment)], folder)
    requirements = Path(request.directory) / "requirements.txt"
    if requirements.is_file():
        python = interpreter(request.info)
        yield from _output([str(python), "-m", "pip", "install", "-r", str(requirements)], folder)


def _output(command: list[str], folder: Path) -> Iterator[Any]:
    with subprocess.Popen(  # noqa: S603  # pip and venv
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        for line in child.stdout or ():
            yield language_pb2.InstallDependenciesResponse(stdout=line)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)


def main() -> None:
    """Serve the engine given as last argument until a signal, or until the engine is gone."""
    ended = threading.Event()

    def end(*_: object) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    host = LanguageHost(sys.argv[-1] if len(sys.argv) > 1 else "")
    server = _serve(host)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_end_with_engine, daemon=True).start()
    ended.wait()
    host.stop_children()
    server.stop(0)
    os._exit(0)  # threads of grpc must not delay the command that waits for this process


def _serve(host: LanguageHost) -> grpc.Server:
    limits = ("grpc.max_receive_message_length", "grpc.max_send_message_length")
    options = [(limit, LARGEST_MESSAGE_BYTES) for limit in limits]
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=options)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    return server


def _end_with_engine() -> None:
    """Kill this process and its children once stdin ends: a `pulumi` that was killed can tell in no other way.

    It started this process as leader of a group, so the group is ours, with whatever programs have started.
    """
    while os.read(0, 65536):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
