"""A language host for Python: what `pulumi` starts to run a program when it has no `pulumi-language-python` of its own.

`pulumi` passes the address of its engine; the host prints the port it serves on and answers until it is told to stop.
Every run of a program is one child process (program_runner.py), so nothing survives from one run to the next.
"""

import json
import os
import shutil
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
from google.protobuf import empty_pb2, json_format
from protos import language_pb2, language_pb2_grpc, plugin_pb2

__all__ = ["LanguageHost", "main"]

HERE = Path(__file__).parent
VERSION = "0.1.0"
LARGEST_MESSAGE_BYTES = 400 * 1024 * 1024
BAIL = 32
"""Exit code of a runner that has already told the engine what went wrong."""
INTERRUPTED = (130, -signal.SIGINT, -signal.SIGTERM)


class InterpreterMissingError(Exception):
    """No Python to run a program with; the message names where it was looked for."""


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """What the engine asks of Python."""

    def __init__(self, engine_address: str):
        self._engine_address = engine_address
        self._children: set[subprocess.Popen[bytes]] = set()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802  # names of the protocol
        """Say which version this is."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Learn the engine's address in attach mode, where it changes with every command."""
        self._engine_address = request.engine_address or self._engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Name no provider: the engine finds them by what the program registers."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Name no provider, to engines that ask the older question."""
        return language_pb2.GetRequiredPluginsResponse()

    def About(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Say which Python would run the program."""
        try:
            python = str(_interpreter(request.info))
        except InterpreterMissingError:
            python = sys.executable
        version = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        return language_pb2.AboutResponse(executable=python, version=version.stdout.removeprefix("Python ").strip())

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: N802
        """List nothing: `pulumi about` is all that asks."""
        return language_pb2.GetProgramDependenciesResponse()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run the program once, in a process of its own."""
        try:
            python = _interpreter(request.info)
        except InterpreterMissingError as error:
            return language_pb2.RunResponse(error=str(error))
        command = [str(python), "-u", str(HERE / "program_runner.py")]
        code = self._run(command, request.pwd, _environment(python), json.dumps(self._request(request)).encode())
        if code == 0:
            return language_pb2.RunResponse()
        if code == BAIL or code in INTERRUPTED:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}")

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Make the virtualenv of the project, if it is missing, and install its requirements.txt."""
        try:
            yield from self._install(request)
        except (InterpreterMissingError, subprocess.CalledProcessError) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"installing dependencies failed: {error}")

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Run a policy pack or a component plugin until it ends or the engine hangs up."""
        try:
            python = _interpreter(request.info)
        except InterpreterMissingError as error:
            yield language_pb2.RunPluginResponse(stderr=f"{error}\n".encode())
            yield language_pb2.RunPluginResponse(exitcode=1)
            return
        folder = request.info.program_directory
        if request.kind == "analyzer":
            command, where = [str(python), "-u", str(HERE / "policy_proxy.py"), *request.args, folder], folder
        else:
            command, where = [str(python), "-u", folder, *request.args], request.pwd
        environment = {**_environment(python), **dict(item.partition("=")[::2] for item in request.env)}
        yield from self._stream(command, where, environment, context)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """End what runs: the engine is about to stop this host."""
        self.stop_children()
        return empty_pb2.Empty()

    def stop_children(self) -> None:
        """Interrupt every child process."""
        for child in list(self._children):
            if child.poll() is None:
                child.send_signal(signal.SIGINT)

    def _request(self, request: Any) -> dict[str, Any]:
        return {
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
            "engine": self._engine_address,
        }

    def _run(self, command: list[str], folder: str, environment: dict[str, str], first_line: bytes) -> int:
        """Run a child that writes to the engine's log through this process's output; its request comes on stdin.

        Configuration is not passed in the environment, where other processes could read its secrets.
        """
        child = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.PIPE)  # noqa: S603
        self._children.add(child)
        try:
            child.communicate(first_line + b"\n")
            return child.returncode
        finally:
            self._children.discard(child)

    def _stream(self, command: list[str], folder: str, environment: dict[str, str], context: Any) -> Iterator[Any]:
        child = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._children.add(child)
        context.add_callback(child.kill)
        try:
            for line in child.stdout or ():
                yield language_pb2.RunPluginResponse(stdout=line)
            yield language_pb2.RunPluginResponse(exitcode=child.wait())
        finally:
            self._children.discard(child)

    def _install(self, request: Any) -> Iterator[Any]:
        folder = Path(request.info.root_directory or request.directory)
        virtualenv = _virtualenv(request.info)
        python = sys.executable
        if virtualenv:
            python = str(virtualenv / "bin" / "python")
            if not Path(python).exists():
                yield from _output([sys.executable, "-m", "venv", str(virtualenv)], folder)
        requirements = Path(request.directory) / "requirements.txt"
        if requirements.is_file():
            yield from _output([python, "-m", "pip", "install", "-r", str(requirements)], folder)


def _output(command: list[str], folder: Path) -> Iterator[Any]:
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:  # noqa: S603
        for line in child.stdout or ():
            yield language_pb2.InstallDependenciesResponse(stdout=line)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)


def _virtualenv(info: Any) -> Path | None:
    name = json_format.MessageToDict(info.options).get("virtualenv")
    return Path(info.root_directory) / name if name else None


def _interpreter(info: Any) -> Path:
    """Return the Python of the project: of its virtualenv option, else PULUMI_PYTHON_CMD, python3 or python on PATH."""
    virtualenv = _virtualenv(info)
    if virtualenv:
        python = virtualenv / "bin" / "python"
        if not python.exists():
            raise InterpreterMissingError(f"the option virtualenv of Pulumi.yaml names {virtualenv}, which has no bin/python: run `make setup`")
        return python
    for name in (os.environ.get("PULUMI_PYTHON_CMD"), "python3", "python"):
        found = shutil.which(name) if name else None
        if found:
            return Path(found)
    raise InterpreterMissingError("no python3 on PATH: set PULUMI_PYTHON_CMD, or the option virtualenv in Pulumi.yaml")


def _environment(python: Path) -> dict[str, str]:
    environment = dict(os.environ)
    folder = python.parent
    if (folder.parent / "pyvenv.cfg").exists():
        environment["VIRTUAL_ENV"] = str(folder.parent)
        environment["PATH"] = f"{folder}{os.pathsep}{environment.get('PATH', '')}"
        environment.pop("PYTHONHOME", None)
    return environment


def main() -> None:
    """Serve the engine given as last argument until a signal, or until the engine is gone."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    host = LanguageHost(sys.argv[-1] if len(sys.argv) > 1 else "")
    sizes = [("grpc.max_receive_message_length", LARGEST_MESSAGE_BYTES), ("grpc.max_send_message_length", LARGEST_MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=sizes)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_until_stdin_ends, args=(ended,), daemon=True).start()
    ended.wait()
    host.stop_children()
    server.stop(0)
    os._exit(0)  # threads of grpc must not delay the command that waits for this process


def _until_stdin_ends(ended: threading.Event) -> None:
    """A killed `pulumi` sends no signal, but its end of our stdin closes."""
    while os.read(0, 65536):
        pass
    ended.set()


if __name__ == "__main__":
    main()
