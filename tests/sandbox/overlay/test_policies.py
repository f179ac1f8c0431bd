import json
from typing import Any

from sandbox.overlay.account import Account, refused


def add(account: Account, **given: Any) -> dict[str, Any]:
    """Let SNS invoke the alias `live`."""
    answer = account.lambda_.add_permission(
        **{
            "FunctionName": "worker",
            "Qualifier": "live",
            "StatementId": "sns",
            "Action": "lambda:InvokeFunction",
            "Principal": "sns.amazonaws.com",
            **given,
        }
    )
    return json.loads(answer["Statement"])


def live(account: Account) -> None:
    account.create(Publish=True)
    account.alias("1")


def test_a_permission_on_an_alias_is_none_on_the_function(account: Account):
    live(account)
    add(account)

    with refused("ResourceNotFoundException", 404):
        account.lambda_.get_policy(FunctionName="worker")


def test_a_permission_on_an_alias_names_the_alias_as_its_resource(sandbox: Account):
    live(sandbox)
    alias_arn = sandbox.lambda_.get_alias(FunctionName="worker", Name="live")["AliasArn"]

    assert add(sandbox)["Resource"] == alias_arn


def test_a_permission_is_removed_from_its_qualifier_only(account: Account):
    live(account)
    add(account)

    with refused("ResourceNotFoundException", 404):
        account.lambda_.remove_permission(FunctionName="worker", StatementId="sns")

    assert "sns" in account.lambda_.get_policy(FunctionName="worker", Qualifier="live")["Policy"]


def test_a_statement_id_is_taken_once_for_each_qualifier(account: Account):
    live(account)
    add(account)

    with refused("ResourceConflictException", 409):
        add(account)


def test_all_conditions_of_a_permission_are_kept(account: Account):
    live(account)

    statement = add(
        account,
        SourceArn="arn:aws:sns:us-east-1:000000000000:news",
        SourceAccount="000000000000",
        PrincipalOrgID="o-1234567890",
    )

    assert statement["Condition"] == {
        "StringEquals": {"AWS:SourceAccount": "000000000000", "aws:PrincipalOrgID": "o-1234567890"},
        "ArnLike": {"AWS:SourceArn": "arn:aws:sns:us-east-1:000000000000:news"},
    }


def test_the_authentication_of_a_function_url_is_a_condition(account: Account):
    live(account)

    statement = add(account, Principal="*", Action="lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")

    assert statement["Condition"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}


def test_a_permission_for_calls_through_a_function_url_is_a_condition(account: Account):
    live(account)

    statement = add(account, Principal="*", InvokedViaFunctionUrl=True)

    assert statement["Condition"] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}


def test_an_account_as_principal_means_its_root(account: Account):
    live(account)

    assert add(account, Principal="111122223333")["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}


def test_a_permission_changes_the_revision_of_the_alias(account: Account):
    live(account)
    before = account.lambda_.get_alias(FunctionName="worker", Name="live")["RevisionId"]
    add(account)

    after = account.lambda_.get_alias(FunctionName="worker", Name="live")["RevisionId"]

    assert after != before
    assert account.lambda_.get_policy(FunctionName="worker", Qualifier="live")["RevisionId"] == after


def test_a_permission_on_an_old_revision_is_refused(sandbox: Account):
    live(sandbox)
    old = sandbox.lambda_.get_alias(FunctionName="worker", Name="live")["RevisionId"]
    add(sandbox)

    with refused("PreconditionFailedException", 412):
        add(sandbox, StatementId="other", RevisionId=old)


def test_a_permission_that_is_not_there_cannot_be_removed(sandbox: Account):
    live(sandbox)

    with refused("ResourceNotFoundException", 404):
        sandbox.lambda_.remove_permission(FunctionName="worker", StatementId="none", Qualifier="live")


def test_a_permission_needs_a_qualifier_that_exists(sandbox: Account):
    live(sandbox)

    with refused("ResourceNotFoundException", 404):
        add(sandbox, Qualifier="other")


def test_the_unpublished_version_takes_no_policy_under_its_name(account: Account):
    live(account)

    with refused("InvalidParameterValueException"):
        add(account, Qualifier="$LATEST")


def test_a_policy_has_at_most_20_kilobytes(account: Account):
    live(account)

    with refused("PolicyLengthExceededException", 400):
        for number in range(100):
            add(account, StatementId=f"s{number}", SourceArn=f"arn:aws:sns:us-east-1:000000000000:{number:0250}")


def test_a_deleted_alias_takes_its_policy_with_it(account: Account):
    live(account)
    add(account)
    account.lambda_.delete_alias(FunctionName="worker", Name="live")
    account.alias("1")

    with refused("ResourceNotFoundException", 404):
        account.lambda_.get_policy(FunctionName="worker", Qualifier="live")


def test_the_kind_of_authorization_limits_only_calls_by_url(account: Account):
    account.create(Publish=True)

    with refused("InvalidParameterValueException", because="only supported for lambda:InvokeFunctionUrl action"):
        account.lambda_.add_permission(
            FunctionName="worker",
            StatementId="url",
            Action="lambda:InvokeFunction",
            Principal="*",
            FunctionUrlAuthType="NONE",
        )
