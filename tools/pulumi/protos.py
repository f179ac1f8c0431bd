"""The gRPC messages of Pulumi, without importing `pulumi` itself: a host starts in half the time."""

import sys
from importlib import util
from types import ModuleType

__all__ = ["language_pb2", "language_pb2_grpc", "plugin_pb2"]


def _without_its_init(name: str, folder: str) -> None:
    module = ModuleType(name)
    module.__path__ = [folder]
    sys.modules[name] = module


_pulumi = util.find_spec("pulumi")
if _pulumi is None or not _pulumi.submodule_search_locations:
    sys.exit("the language host needs the package pulumi in its own environment\nhint: run `make setup`")
_folder = _pulumi.submodule_search_locations[0]
for _name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
    _without_its_init(_name, _folder + _name.removeprefix("pulumi").replace(".", "/"))

from pulumi.runtime.proto import (  # noqa: E402  # only now does the import skip pulumi/__init__.py
    language_pb2,
    language_pb2_grpc,
    plugin_pb2,
)
