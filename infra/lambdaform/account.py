"""Where a component is deployed: partition, account and region of its provider."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
import pulumi_aws as aws
from pulumi.runtime.settings import get_monitor

__all__ = ["Account", "account_of"]


@dataclass(frozen=True)
class Account:
    """The account behind one provider."""

    id: pulumi.Output[str]
    partition: pulumi.Output[str]
    region: pulumi.Output[str]


_known: "WeakKeyDictionary[Any, dict[str, Account]]" = WeakKeyDictionary()


def account_of(component: pulumi.ComponentResource) -> Account:
    """Return the account `component` is deployed to.

    Asked once per run and provider, not once per component: a program of a thousand functions makes two calls.
    """
    provider = component.get_provider("aws:index:x")  # pyright: ignore[reportUnknownMemberType]  # untyped in the SDK
    accounts = _known.setdefault(get_monitor(), {})
    key = str(id(provider)) if provider else ""
    if key not in accounts:
        accounts[key] = _ask(pulumi.InvokeOptions(provider=provider))
    return accounts[key]


def _ask(opts: pulumi.InvokeOptions) -> Account:
    caller = aws.get_caller_identity_output(opts=opts)
    return Account(
        id=caller.account_id,
        partition=caller.arn.apply(lambda arn: arn.split(":")[1]),
        region=aws.get_region_output(opts=opts).region,
    )
