"""Which wheel a pin means for a target: chosen once by pip, then remembered, so that a warm run never asks pip.

The choice is written down by the pin's name, version and hashes and by the target. The hashes leave the same candidates
to every machine, and pip orders them by the target's tags alone, so two machines choose the same wheel.
"""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

from ..errors import CacheError, WheelError
from .cache import Cache, read_record, replacing, write_record
from .download import download
from .requirements import Pin
from .target import Target

__all__ = ["Wheel", "choose", "wheel_content"]

SCHEMA = 1
"""Of the remembered choices."""

_REFUSED_HINT = "pin a version that has such a wheel, or another dependency that does the same"


@dataclass(frozen=True)
class Wheel:
    """The one file that a pin means for a target."""

    pin: Pin
    file_name: str
    sha256: str
    """Of the file, as 64 hex digits."""

    @property
    def version(self) -> str:
        """As the file says it: with the local part, such as `+cpu`, that a pin may leave out."""
        return str(parse_wheel_filename(self.file_name)[1])

    @property
    def identity(self) -> tuple[str, str]:
        """What a package and its manifest depend on."""
        return self.file_name, self.sha256


def choose(pins: Sequence[Pin], target: Target, cache: Cache) -> tuple[Wheel, ...]:
    """Return the wheel of every pin, in order; asks pip for those that were never asked for.

    Raises WheelError for a pin without a wheel for the target, ToolError if pip or an index failed.
    """
    remembered = {pin: _remembered(pin, target, cache) for pin in pins}
    unknown = [pin for pin, wheel in remembered.items() if wheel is None]
    fetched = _fetch(unknown, target, cache) if unknown else {}
    return tuple(wheel or fetched[pin] for pin, wheel in remembered.items())


def wheel_content(wheel: Wheel, target: Target, cache: Cache) -> bytes:
    """Return the wheel's bytes, which have its digest; a missing or damaged file is fetched again."""
    content = _read(wheel, cache)
    if content is None:
        _fetch([replace(wheel.pin, hashes=(wheel.sha256,))], target, cache)
        content = _read(wheel, cache)
    if content is None:
        raise CacheError(f"`{cache.wheel(wheel.sha256)}` changes while it is read", "run it again")
    return content


def _read(wheel: Wheel, cache: Cache) -> bytes | None:
    try:
        content = cache.wheel(wheel.sha256).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == wheel.sha256 else None


def _remembered(pin: Pin, target: Target, cache: Cache) -> Wheel | None:
    record = read_record(_choice(pin, target, cache), SCHEMA)
    if record is None:
        return None
    if "refused" in record:
        raise WheelError(str(record["refused"]), _REFUSED_HINT)
    return Wheel(pin, str(record["wheel"]), str(record["sha256"]))


def _choice(pin: Pin, target: Target, cache: Cache) -> Path:
    parts = [pin.name, pin.version, pin.hashes, target.python, target.architecture]
    return cache.choice(hashlib.sha256(json.dumps(parts).encode()).hexdigest())


def _fetch(pins: Sequence[Pin], target: Target, cache: Cache) -> dict[Pin, Wheel]:
    with tempfile.TemporaryDirectory(prefix="lambdaform-") as folder:
        refusal = download(pins, target, Path(folder))
        if refusal:
            write_record(_choice(refusal.pin, target, cache), SCHEMA, {"refused": refusal.reason})
            raise WheelError(refusal.reason, _REFUSED_HINT)
        files = {parse_wheel_filename(file.name)[0]: file for file in Path(folder).glob("*.whl")}
        return {pin: _keep(pin, files[canonicalize_name(pin.name)], target, cache) for pin in pins}


def _keep(pin: Pin, file: Path, target: Target, cache: Cache) -> Wheel:
    content = file.read_bytes()
    wheel = Wheel(pin, file.name, hashlib.sha256(content).hexdigest())
    with replacing(cache.wheel(wheel.sha256)) as stream:
        stream.write(content)
    write_record(_choice(pin, target, cache), SCHEMA, {"wheel": wheel.file_name, "sha256": wheel.sha256})
    return wheel
