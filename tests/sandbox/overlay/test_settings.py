from sandbox.overlay.account import Account, refused


def live(account: Account) -> None:
    account.create(Publish=True)
    account.alias("1")


def test_retries_of_an_alias_are_not_those_of_the_function(account: Account):
    live(account)
    put = account.lambda_.put_function_event_invoke_config
    arn = put(FunctionName="worker", Qualifier="live", MaximumRetryAttempts=0)["FunctionArn"]

    assert arn.endswith(":function:worker:live")
    with refused("ResourceNotFoundException", 404):
        account.lambda_.get_function_event_invoke_config(FunctionName="worker")


def test_updating_the_retries_keeps_what_is_not_given(account: Account):
    live(account)
    named = {"FunctionName": "worker", "Qualifier": "live"}
    account.lambda_.put_function_event_invoke_config(**named, MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60)
    account.lambda_.update_function_event_invoke_config(**named, MaximumEventAgeInSeconds=120)

    kept = account.lambda_.get_function_event_invoke_config(**named)

    assert (kept["MaximumRetryAttempts"], kept["MaximumEventAgeInSeconds"]) == (0, 120)


def test_deleting_the_retries_of_one_qualifier_leaves_the_others(account: Account):
    live(account)
    for qualifier in ("live", "1"):
        account.lambda_.put_function_event_invoke_config(
            FunctionName="worker", Qualifier=qualifier, MaximumRetryAttempts=1
        )
    account.lambda_.delete_function_event_invoke_config(FunctionName="worker", Qualifier="1")

    listed = account.lambda_.list_function_event_invoke_configs(FunctionName="worker")["FunctionEventInvokeConfigs"]

    assert [each["FunctionArn"].rsplit(":", 1)[-1] for each in listed] == ["live"]


def test_the_runtime_of_a_function_is_updated_automatically_unless_set(account: Account):
    account.create()
    before = account.lambda_.get_runtime_management_config(FunctionName="worker")
    account.lambda_.put_runtime_management_config(FunctionName="worker", UpdateRuntimeOn="FunctionUpdate")
    after = account.lambda_.get_runtime_management_config(FunctionName="worker")

    assert [each["UpdateRuntimeOn"] for each in (before, after)] == ["Auto", "FunctionUpdate"]


def test_a_runtime_set_by_hand_is_named(account: Account):
    account.create()

    with refused("InvalidParameterValueException"):
        account.lambda_.put_runtime_management_config(FunctionName="worker", UpdateRuntimeOn="Manual")


def test_recursive_loops_are_ended_unless_allowed(account: Account):
    account.create()
    before = account.lambda_.get_function_recursion_config(FunctionName="worker")
    account.lambda_.put_function_recursion_config(FunctionName="worker", RecursiveLoop="Allow")
    after = account.lambda_.get_function_recursion_config(FunctionName="worker")

    assert [each["RecursiveLoop"] for each in (before, after)] == ["Terminate", "Allow"]


def test_a_function_without_code_signing_names_no_configuration(sandbox: Account):
    sandbox.create()

    assert "CodeSigningConfigArn" not in sandbox.lambda_.get_function_code_signing_config(FunctionName="worker")


def test_the_account_tells_its_limits_and_what_is_used(account: Account):
    account.create(Publish=True)
    account.lambda_.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=10)

    settings = account.lambda_.get_account_settings()

    assert settings["AccountLimit"]["ConcurrentExecutions"] == 1000
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 990
    assert settings["AccountUsage"]["FunctionCount"] == 1
