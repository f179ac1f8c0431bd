from typing import Any

import pulumi_aws as aws
import pytest
from lambdaform import AliasOwner, InputError, LiveAlias
from lambdaform.alias import RELEASE_OWNED_PROPERTIES
from lambdaform.testing import Recording, deploy

ALIAS = "aws:lambda/alias:Alias"
PROVISIONED = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"

IDENTITY = {"functionName", "name", "region"}
"""A change of one of these replaces the alias (provider documentation of `aws_lambda_alias`)."""


def alias(**changes: Any) -> Recording:
    args: Any = {"function_name": "worker-1a2b3c4", "function_version": "7", **changes}
    return deploy(lambda: LiveAlias("worker", args))


def properties_of(args: type) -> set[str]:
    """Return the names on the wire of everything a resource of the provider can be given."""
    declared = vars(args).values()
    names = [each.fget for each in declared if isinstance(each, property) and each.fget]
    return {getattr(getter, "_pulumi_name", None) or _camel(getter.__name__) for getter in names}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def test_the_release_tool_owns_every_property_that_aws_changes_in_place():
    assert set(RELEASE_OWNED_PROPERTIES) == properties_of(aws.lambda_.AliasArgs) - IDENTITY


def test_the_provider_knows_the_properties_that_make_an_alias_another_one():
    assert properties_of(aws.lambda_.AliasArgs) >= IDENTITY


def test_the_alias_is_called_live():
    assert alias().one(ALIAS).inputs == {
        "description": "live traffic of worker",
        "functionName": "worker-1a2b3c4",
        "functionVersion": "7",
        "name": "live",
    }


def test_a_stack_that_owns_the_alias_moves_it():
    assert alias().one(ALIAS).ignore_changes == ()
    assert alias(alias_owner=AliasOwner.STACK).one(ALIAS).ignore_changes == ()


def test_a_stack_that_does_not_own_the_alias_ignores_all_of_it():
    released = alias(alias_owner=AliasOwner.RELEASE).one(ALIAS)

    assert released.ignore_changes == tuple(RELEASE_OWNED_PROPERTIES)
    assert released["functionVersion"] == "7"


@pytest.mark.parametrize("version", ["$LATEST", "0", "live", "1.5"])
def test_only_a_published_version_is_accepted(version: str):
    with pytest.raises(InputError, match="must be the number of a published version, never"):
        alias(function_version=version)


def test_provisioned_concurrency_is_that_of_the_alias():
    recording = alias(provisioned_concurrent_executions=5)

    assert recording.one(PROVISIONED).inputs == {
        "functionName": "worker-1a2b3c4",
        "qualifier": "live",
        "provisionedConcurrentExecutions": 5,
    }
    assert recording.one(ALIAS).urn in recording.one(PROVISIONED).dependencies


def test_without_provisioned_concurrency_nothing_is_reserved():
    assert alias().of(PROVISIONED) == ()


def test_outputs_are_arn_and_name():
    recording = alias()

    assert recording.one("lambdaform:index:LiveAlias").registered_outputs == {
        "alias_arn": recording.one(ALIAS).outputs["arn"],
        "alias_name": "live",
    }
