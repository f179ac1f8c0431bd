"""Provider functions: who and where the program is."""

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import SandboxError
from .cloud import Cloud

__all__ = ["invoke"]


def invoke(cloud: Cloud, token: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a provider function; raise SandboxError for one that is not emulated."""
    if token not in _FUNCTIONS:
        raise SandboxError(
            f"the sandbox does not emulate the function `{token}`",
            hint=f"pass the value as configuration; emulated are {', '.join(sorted(_FUNCTIONS))}",
        )
    region = args.get("region") or args.get("name") or cloud.region
    if region != cloud.region:
        raise SandboxError(f"`{token}` asks for the region `{region}`: the sandbox has only `{cloud.region}`")
    return _FUNCTIONS[token](cloud)


def _caller_identity(cloud: Cloud) -> dict[str, Any]:
    caller = cloud.client("sts").get_caller_identity()
    return {"id": caller["Account"], "accountId": caller["Account"], "arn": caller["Arn"], "userId": caller["UserId"]}


def _region(cloud: Cloud) -> dict[str, Any]:
    name = cloud.region
    return {"id": name, "region": name, "name": name, "description": name, "endpoint": f"ec2.{name}.amazonaws.com"}


def _partition(cloud: Cloud) -> dict[str, Any]:
    return {
        "id": cloud.partition,
        "partition": cloud.partition,
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


_FUNCTIONS: Mapping[str, Callable[[Cloud], dict[str, Any]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}
