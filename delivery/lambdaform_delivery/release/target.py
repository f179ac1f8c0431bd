"""What is released: one function as its stack describes it in the export `releases`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ..errors import ReleaseInputError

__all__ = ["ReleaseTarget", "read_targets", "selected"]

_SCHEMA = 1
_TEXTS = ("name", "function_name", "alias", "alias_owner", "code_owner", "account", "region", "published_version")
_OPTIONAL_TEXTS = ("code_sha256", "log_group_name", "ramp", "probe")
_ALIAS_NAME = re.compile(r"(?![0-9]+$)[a-zA-Z0-9-_]{1,128}")


@dataclass(frozen=True)
class ReleaseTarget:
    """One function, as the library's `ReleaseRecord` exports it."""

    name: str
    """Logical name in the program; what commands take."""
    function_name: str
    alias: str
    alias_owner: str
    """`stack` or `release`."""
    code_owner: str
    """`stack` or `pipeline`."""
    account: str
    region: str
    published_version: str
    """Version that the last `pulumi up` published or found."""
    code_sha256: str = ""
    log_group_name: str = ""
    alarm_names: tuple[str, ...] = ()
    ramp: str = "all-at-once"
    probe: str = ""
    """File with the event for probes, relative to the project."""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "ReleaseTarget":
        """Read one record; raise ReleaseInputError with the first field that is wrong."""
        name = record.get("name", "?")
        if record.get("schema") != _SCHEMA:
            raise ReleaseInputError(
                f"the record of `{name}` has the schema `{record.get('schema')}`, this tool reads schema {_SCHEMA}",
                "use the same version of lambdaform for the stack and for its releases",
            )
        for field in _TEXTS:
            if not isinstance(record.get(field), str) or not record[field]:
                raise ReleaseInputError(
                    f"the record of `{name}` has no text in `{field}`, but `{record.get(field)}`",
                    "write the outputs anew with `pulumi stack output --json > outputs.json`",
                )
        if not _ALIAS_NAME.fullmatch(record["alias"]):
            raise ReleaseInputError(
                f"the alias of `{name}` is called `{record['alias']}`: an alias is named with letters, digits, `-` and "
                "`_`, and not with a number"
            )
        texts = {field: record[field] for field in (*_TEXTS, *_OPTIONAL_TEXTS) if record.get(field)}
        return cls(**texts, alarm_names=tuple(record.get("alarm_names") or ()))

    def __str__(self) -> str:
        return f"{self.name} ({self.function_name}:{self.alias})"


def read_targets(outputs: Mapping[str, Any]) -> tuple[ReleaseTarget, ...]:
    """Return the functions of a stack's outputs; raise ReleaseInputError if there are none or one is wrong."""
    records = outputs.get("releases")
    if not isinstance(records, list) or not records:
        raise ReleaseInputError(
            "the outputs hold no list `releases`",
            'export it from the program: pulumi.export("releases", [search.release, worker.release])',
        )
    return tuple(ReleaseTarget.of(record) for record in cast("list[dict[str, Any]]", records))


def selected(targets: Sequence[ReleaseTarget], names: Sequence[str]) -> tuple[ReleaseTarget, ...]:
    """Return the named targets in the order of the names, without names all; raise ReleaseInputError for an unknown."""
    by_name = {target.name: target for target in targets}
    unknown = [name for name in names if name not in by_name]
    if unknown or len(set(names)) < len(names):
        problem = f"no function `{unknown[0]}`" if unknown else "a function is named twice"
        raise ReleaseInputError(f"{problem}: the stack exports {', '.join(f'`{name}`' for name in by_name)}")
    return tuple(by_name[name] for name in names or by_name)
