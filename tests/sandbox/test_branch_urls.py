"""A branch's alias with a URL of its own, in a whole sandbox: what `branch create --url` prints can be called."""

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from lambdaform_delivery.release import Account, BranchOptions, ReleaseTarget, create_branch, delete_branch
from lambdaform_delivery.release.clock import SystemClock
from lambdaform_sandbox.sandbox import Sandbox

from .runtime.deployment import deploy

ECHO = """
    def handle(event, context):
        return {"branch": context.invoked_function_arn.rpartition(":")[2], "path": event["rawPath"]}
"""


def test_a_branch_is_reached_at_its_url_until_it_is_deleted():
    with Sandbox() as sandbox:
        _, _, _, region, account_id, _, name, alias = deploy(sandbox.aws, "echo", ECHO).split(":")
        target = ReleaseTarget("echo", name, alias, "release", "stack", account_id, region, "1")
        account = Account(region, SystemClock(), sandbox.aws.session)

        (made,) = create_branch(account, [target], "feature/search", BranchOptions(url=True, public=True))
        assert made.url
        with urlopen(f"{made.url.url}people") as response:  # noqa: S310  # loopback
            assert json.load(response) == {"branch": made.alias, "path": "/people"}

        delete_branch(account, target, "feature/search")
        with pytest.raises(HTTPError) as refused:
            urlopen(made.url.url)  # noqa: S310  # loopback
        assert refused.value.code == 403
        refused.value.close()
