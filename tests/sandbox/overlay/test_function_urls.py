import pytest
from sandbox.overlay.account import Account, refused

LIVE = {"FunctionName": "worker", "Qualifier": "live"}


def live(account: Account) -> None:
    account.create(Publish=True)
    account.alias("1")


def test_an_alias_has_a_url_of_its_own(account: Account):
    live(account)
    own = account.lambda_.create_function_url_config(**LIVE, AuthType="AWS_IAM")
    of_function = account.lambda_.create_function_url_config(FunctionName="worker", AuthType="NONE")

    kept = account.lambda_.get_function_url_config(**LIVE)

    assert (kept["FunctionUrl"], kept["AuthType"]) == (own["FunctionUrl"], "AWS_IAM")
    assert kept["FunctionUrl"] != of_function["FunctionUrl"]
    assert kept["FunctionArn"].endswith(":function:worker:live")


def test_a_url_looks_like_those_of_aws_and_answers_at_once_unless_told_to_stream(sandbox: Account):
    live(sandbox)

    created = sandbox.lambda_.create_function_url_config(**LIVE, AuthType="NONE")

    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert created["FunctionUrl"].endswith(".lambda-url.us-east-1.on.aws/")
    assert created["InvokeMode"] == "BUFFERED"


def test_there_is_one_url_for_each_qualifier(account: Account):
    live(account)
    account.lambda_.create_function_url_config(**LIVE, AuthType="NONE")

    with refused("ResourceConflictException", 409, because="FunctionUrlConfig exists for this Lambda function"):
        account.lambda_.create_function_url_config(**LIVE, AuthType="NONE")


@pytest.mark.parametrize(("qualifier", "code"), [("1", "ValidationException"), ("none", "ResourceNotFoundException")])
def test_only_the_function_and_its_aliases_can_have_a_url(account: Account, qualifier: str, code: str):
    live(account)

    with refused(code):
        account.lambda_.create_function_url_config(FunctionName="worker", Qualifier=qualifier, AuthType="NONE")


def test_an_update_changes_what_is_given_and_keeps_the_address(account: Account):
    live(account)
    created = account.lambda_.create_function_url_config(**LIVE, AuthType="NONE", Cors={"MaxAge": 60})
    account.lambda_.update_function_url_config(**LIVE, AuthType="AWS_IAM")

    kept = account.lambda_.get_function_url_config(**LIVE)

    assert (kept["FunctionUrl"], kept["AuthType"], kept["Cors"]) == (created["FunctionUrl"], "AWS_IAM", {"MaxAge": 60})
    with refused("ResourceNotFoundException", 404):
        account.lambda_.get_function_url_config(FunctionName="worker")


def test_urls_are_listed_for_the_function_and_all_its_aliases(account: Account):
    live(account)
    account.lambda_.create_function_url_config(FunctionName="worker", AuthType="NONE")
    account.lambda_.create_function_url_config(**LIVE, AuthType="NONE")

    listed = account.lambda_.list_function_url_configs(FunctionName="worker")["FunctionUrlConfigs"]

    assert {each["FunctionArn"].rpartition(":")[2] for each in listed} == {"worker", "live"}


def test_a_url_that_is_deleted_is_gone_for_good(account: Account):
    live(account)
    first = account.lambda_.create_function_url_config(**LIVE, AuthType="NONE")
    account.lambda_.delete_function_url_config(**LIVE)

    with refused("ResourceNotFoundException", 404):
        account.lambda_.delete_function_url_config(**LIVE)
    second = account.lambda_.create_function_url_config(**LIVE, AuthType="NONE")
    assert second["FunctionUrl"] != first["FunctionUrl"]


def test_the_url_of_an_alias_goes_with_the_alias(account: Account):
    live(account)
    account.lambda_.create_function_url_config(**LIVE, AuthType="NONE")
    account.lambda_.delete_alias(FunctionName="worker", Name="live")
    account.alias("1")

    with refused("ResourceNotFoundException", 404):
        account.lambda_.get_function_url_config(**LIVE)
