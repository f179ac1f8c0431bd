"""The guard: only the sandbox's account, only loopback."""

import pytest
from lambdaform_sandbox.account_guard import require_loopback, require_sandbox_account
from lambdaform_sandbox.errors import SandboxError


@pytest.mark.parametrize("account_ids", [["000000000000"], [0], ["0"]])
def test_the_sandbox_account_passes_also_as_the_number_that_yaml_makes_of_it(account_ids: list[object]):
    require_sandbox_account(account_ids, "`aws:allowedAccountIds`")


@pytest.mark.parametrize(
    ("account_ids", "shown"),
    [
        ([], "not set"),
        (["222222222222"], "`222222222222`"),
        (["000000000000", "222222222222"], "`000000000000`, `222222222222`"),
        ([22], "`000000000022`"),
    ],
)
def test_any_other_set_of_accounts_is_refused_and_shown(account_ids: list[object], shown: str):
    with pytest.raises(SandboxError) as raised:
        require_sandbox_account(account_ids, "`aws:allowedAccountIds` of the stack `prod`")
    assert str(raised.value).startswith("`aws:allowedAccountIds` of the stack `prod` must be exactly `000000000000`")
    assert shown in str(raised.value)
    assert "sandbox" in str(raised.value.hint)


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:5000", "http://127.8.9.1", "http://[::1]:80", "http://localhost:1"]
)
def test_loopback_endpoints_pass(endpoint: str):
    require_loopback(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://lambda.us-east-1.amazonaws.com",
        "http://10.0.0.1:80",
        "http://127.0.0.1.example.org",
        "",
        "http://0.0.0.0:1",
    ],
)
def test_every_other_endpoint_is_refused(endpoint: str):
    with pytest.raises(SandboxError, match="is not on loopback"):
        require_loopback(endpoint)
