"""URNs as the engine makes them: stack, project, types from the outermost parent inwards, name."""

from pulumi.runtime.proto import alias_pb2

__all__ = ["STACK_TYPE", "alias_urn", "resource_urn"]

STACK_TYPE = "pulumi:pulumi:Stack"


def resource_urn(stack: str, project: str, parent: str, token: str, name: str) -> str:
    """Return the URN of a resource.

    `parent` is the URN of its parent, empty for none. The stack is everyone's ancestor and is not written.
    """
    chain = _types(parent) if parent else STACK_TYPE
    types = token if chain == STACK_TYPE else f"{chain}${token}"
    return f"urn:pulumi:{stack}::{project}::{types}::{name}"


def alias_urn(alias: alias_pb2.Alias, urn: str, parent: str) -> str:
    """Return the URN that `alias` says the resource `urn` had before; what it leaves open has not changed."""
    if alias.WhichOneof("alias") == "urn":
        return alias.urn
    spec = alias.spec
    stack, project, types, name = urn.removeprefix("urn:pulumi:").split("::", 3)
    old_parent = "" if spec.noParent else spec.parentUrn or parent
    old_type = spec.type or types.rpartition("$")[2]
    return resource_urn(spec.stack or stack, spec.project or project, old_parent, old_type, spec.name or name)


def _types(urn: str) -> str:
    return urn.split("::")[2]
