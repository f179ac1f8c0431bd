"""What a call needs: actions on resources under circumstances, and how rules say so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..moto_call import Call
from .policy import Values

__all__ = ["ABSENT_KEYS", "Need", "Resource", "Rule", "needing", "same_names", "surroundings"]

ABSENT_KEYS = frozenset({
    "aws:CalledVia", "aws:PrincipalOrgID", "aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceVpc",
    "aws:SourceVpce", "cloudwatch:namespace", "iam:PassedToService", "iam:PermissionsBoundary",
    "lambda:EventSourceToken", "lambda:FunctionArn", "lambda:FunctionUrlAuthType", "lambda:InvokedViaFunctionUrl",
    "lambda:Principal",
})  # fmt: skip
"""Keys that a call has only where its rule gives them. Any other key is unknown here, which is not the same."""


@dataclass(frozen=True)
class Need:
    """One permission that a call needs. A call with several needs all of them."""

    action: str
    """`service:Action`, as IAM calls it."""
    resource: str
    """ARN, or `*` for an action without resources."""
    context: Mapping[str, Values] = field(default_factory=dict[str, Values])
    """Condition keys that only this call has."""


Rule = Callable[[Call], Iterable[Need]]
Resource = str | Callable[[Call], str]
"""An ARN with `{region}`, `{account}` and `{Parameter}` to be filled in, or a function that knows it."""


def needing(action: str, resource: Resource) -> Rule:
    """Return the rule of an operation that needs one action."""

    def rule(call: Call) -> Iterable[Need]:
        yield Need(action, _filled(resource, call) if isinstance(resource, str) else resource(call))

    return rule


def same_names(prefix: str, resource: Resource, operations: str) -> dict[str, Rule]:
    """Return the rules of operations whose actions are called like themselves."""
    return {operation: needing(f"{prefix}:{operation}", resource) for operation in operations.split()}


def surroundings(role_arn: str, account: str, region: str) -> dict[str, Values]:
    """Return the condition keys that every call of a role has.

    `aws:SecureTransport` is true although loopback is plain HTTP: on AWS the same call would come over TLS.
    """
    return {
        "aws:PrincipalAccount": account,
        "aws:PrincipalArn": role_arn,
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalType": "AssumedRole",
        "aws:RequestedRegion": region,
        "aws:ResourceAccount": account,
        "aws:SecureTransport": "true",
        "aws:ViaAWSService": "false",
    }


def _filled(template: str, call: Call) -> str:
    """Fill in a template; a parameter that is not given is any, which only a policy for any allows."""
    given = {name: value for name, value in call.parameters.items() if isinstance(value, str)}
    return template.format_map(_Given({**given, "account": call.account, "region": call.region}))


class _Given(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "*"
