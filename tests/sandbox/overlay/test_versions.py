from sandbox.overlay.account import Account, refused, zipped


def test_a_version_number_is_never_given_again_even_after_a_deletion(account: Account):
    account.create(Publish=True)
    account.publish("two")
    account.lambda_.delete_function(FunctionName="worker", Qualifier="2")

    assert account.publish("three") == "3"


def test_a_function_created_anew_goes_on_counting(account: Account):
    account.create(Publish=True)
    account.lambda_.delete_function(FunctionName="worker")

    assert account.create(Publish=True)["Version"] == "2"


def test_publishing_what_is_published_already_returns_that_version(sandbox: Account):
    sandbox.create(Publish=True)

    assert sandbox.lambda_.publish_version(FunctionName="worker")["Version"] == "1"


def test_publishing_the_same_code_uploaded_again_makes_no_version(account: Account):
    account.create(Publish=True)
    account.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped())

    assert account.lambda_.publish_version(FunctionName="worker")["Version"] == "1"


def test_publishing_a_changed_configuration_makes_a_version(sandbox: Account):
    sandbox.create(Publish=True)
    sandbox.lambda_.update_function_configuration(FunctionName="worker", MemorySize=256)

    assert sandbox.lambda_.publish_version(FunctionName="worker")["Version"] == "2"


def test_a_description_given_while_publishing_does_not_make_the_next_publishing_new(account: Account):
    account.create()
    account.lambda_.publish_version(FunctionName="worker", Description="first")
    account.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped())

    again = account.lambda_.publish_version(FunctionName="worker", Description="second")

    assert (again["Version"], again["Description"]) == ("1", "first")


def test_an_update_that_publishes_makes_a_version_of_identical_code_too(sandbox: Account):
    sandbox.create(Publish=True)

    updated = sandbox.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped(), Publish=True)

    assert updated["Version"] == "2"


def test_publishing_other_code_than_expected_is_refused(account: Account):
    account.create()

    with refused("InvalidParameterValueException", 400, because="CodeSHA256"):
        account.lambda_.publish_version(FunctionName="worker", CodeSha256="other")


def test_publishing_on_an_old_revision_is_refused(account: Account):
    old = account.create()["RevisionId"]
    account.lambda_.update_function_configuration(FunctionName="worker", MemorySize=256)

    with refused("PreconditionFailedException", 412):
        account.lambda_.publish_version(FunctionName="worker", RevisionId=old)


def test_a_published_version_keeps_its_code_and_configuration(sandbox: Account):
    before = sandbox.create(Publish=True, MemorySize=128)
    sandbox.publish("two")
    sandbox.lambda_.update_function_configuration(FunctionName="worker", MemorySize=512)

    first = sandbox.lambda_.get_function_configuration(FunctionName="worker", Qualifier="1")

    assert (first["CodeSha256"], first["MemorySize"]) == (before["CodeSha256"], 128)


def test_a_version_that_an_alias_uses_cannot_be_deleted(account: Account):
    account.create(Publish=True)
    account.alias("1")

    with refused("ResourceConflictException", 409, because="live"):
        account.lambda_.delete_function(FunctionName="worker", Qualifier="1")


def test_a_version_that_gets_a_share_of_an_alias_cannot_be_deleted(account: Account):
    account.create(Publish=True)
    account.alias("1", RoutingConfig={"AdditionalVersionWeights": {account.publish("two"): 0.1}})

    with refused("ResourceConflictException", 409):
        account.lambda_.delete_function(FunctionName="worker", Qualifier="2")


def test_deleting_a_version_that_is_gone_is_no_error(account: Account):
    account.create(Publish=True)

    account.lambda_.delete_function(FunctionName="worker", Qualifier="7")


def test_the_unpublished_version_and_aliases_are_not_deleted_with_the_function_call(account: Account):
    account.create(Publish=True)
    account.alias("1")

    for qualifier in ("$LATEST", "live"):
        with refused("InvalidParameterValueException"):
            account.lambda_.delete_function(FunctionName="worker", Qualifier=qualifier)


def test_versions_are_listed_in_pages(account: Account):
    account.create(Publish=True)
    account.publish("two")

    first = account.lambda_.list_versions_by_function(FunctionName="worker", MaxItems=2)
    second = account.lambda_.list_versions_by_function(FunctionName="worker", Marker=first["NextMarker"])

    assert [each["Version"] for each in first["Versions"]] == ["$LATEST", "1"]
    assert [each["Version"] for each in second["Versions"]] == ["2"]
    assert "NextMarker" not in second
