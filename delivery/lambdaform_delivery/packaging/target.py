"""What a package is built for: a Python version and an architecture of Lambda."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ..errors import TargetError

__all__ = ["Target"]

# Amazon Linux 2 up to Python 3.11, Amazon Linux 2023 from Python 3.12.
_GLIBC_MINOR = {"3.9": 26, "3.10": 26, "3.11": 26, "3.12": 34, "3.13": 34, "3.14": 34, "3.15": 34}
_MACHINE = {"arm64": "aarch64", "x86_64": "x86_64"}
# The oldest glibc that wheels are built for, per machine, and the names of before there were numbers.
_OLDEST_GLIBC_MINOR = {"aarch64": 17, "x86_64": 5}
_OLD_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


@dataclass(frozen=True)
class Target:
    """A Python version and an architecture, as Lambda names them; TargetError for others."""

    python: str = "3.13"
    """`3.9` to `3.15`, without a patch version: AWS chooses that."""
    architecture: str = "arm64"
    """`arm64` or `x86_64`."""

    def __post_init__(self) -> None:
        if self.python not in _GLIBC_MINOR:
            raise TargetError(f"`{self.python}` is not a Python version of Lambda", f"use one of {_list(_GLIBC_MINOR)}")
        if self.architecture not in _MACHINE:
            raise TargetError(
                f"`{self.architecture}` is not an architecture of Lambda", f"use one of {_list(_MACHINE)}"
            )

    @classmethod
    def of_runtime(cls, runtime: str, architecture: str) -> Self:
        """Return the target of a function whose runtime is named like `python3.13`."""
        if not runtime.startswith("python"):
            raise TargetError(f"`{runtime}` is not a Python runtime", "use one like `python3.13`")
        return cls(runtime.removeprefix("python"), architecture)

    @property
    def runtime(self) -> str:
        """Lambda's name of the runtime, such as `python3.13`."""
        return f"python{self.python}"

    @property
    def machine(self) -> str:
        """Linux's name of the architecture, such as `aarch64`."""
        return _MACHINE[self.architecture]

    @property
    def abi(self) -> str:
        """CPython's tag, such as `cp313`; the stable ABI of earlier versions fits as well."""
        return f"cp{self.python.replace('.', '')}"

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags of wheels that run there, the newest glibc first."""
        minors = range(_GLIBC_MINOR[self.python], _OLDEST_GLIBC_MINOR[self.machine] - 1, -1)
        names = [name for minor in minors for name in (f"manylinux_2_{minor}", _OLD_NAMES.get(minor)) if name]
        return tuple(f"{name}_{self.machine}" for name in names)

    @property
    def markers(self) -> Mapping[str, str]:
        """Every environment marker of a requirement, as it is on Lambda rather than here."""
        return {
            "extra": "",
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }

    def __str__(self) -> str:
        return f"{self.runtime} on {self.architecture}"


def _list(names: Mapping[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in names)
