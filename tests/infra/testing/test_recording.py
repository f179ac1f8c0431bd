"""What a recording says about a run."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from lambdaform.testing import UNKNOWN, FakeAws, Resource, deploy
from lambdaform.testing.backend import Properties

QUEUE, ROLE, TOPIC = "aws:sqs/queue:Queue", "aws:iam/role:Role", "aws:sns/topic:Topic"


class Shop(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None):
        super().__init__("shop:index:Shop", name, {}, opts)
        self.orders = aws.sqs.Queue("orders", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"orders_url": self.orders.url})


def with_options(**options: Any) -> Resource:
    return deploy(lambda: aws.sqs.Queue("orders", opts=pulumi.ResourceOptions(**options))).one(QUEUE)


def test_resources_come_in_the_order_of_registration_without_the_stack():
    def program():
        Shop("north")
        aws.sns.Topic("news")

    recording = deploy(program)

    assert [(resource.type, resource.name) for resource in recording.resources] == [
        ("shop:index:Shop", "north"),
        (TOPIC, "news"),
        (QUEUE, "orders"),
    ]


def test_inputs_have_the_names_of_the_wire_and_resolved_values():
    def program():
        queue = aws.sqs.Queue("orders", visibility_timeout_seconds=30, name="orders")
        aws.sqs.QueuePolicy("orders", queue_url=queue.url, policy=queue.arn.apply(lambda arn: json.dumps({"a": arn})))

    recording = deploy(program, account="111122223333", region="eu-north-1")

    assert recording.one(QUEUE)["visibilityTimeoutSeconds"] == 30
    policy = recording.one("aws:sqs/queuePolicy:QueuePolicy")
    assert policy["queueUrl"] == "https://sqs.eu-north-1.amazonaws.com/111122223333/orders"
    assert policy.json("policy") == {"a": "arn:aws:sqs:eu-north-1:111122223333:orders"}


def test_an_input_that_was_not_given_is_a_key_error_that_lists_the_others():
    queue = deploy(lambda: aws.sqs.Queue("orders", delay_seconds=1)).one(QUEUE)

    with pytest.raises(KeyError, match="orders has no input memorySize, it has delaySeconds"):
        _ = queue["memorySize"]


def test_a_document_that_is_unknown_or_no_text_is_a_failed_assertion():
    def program():
        queue = aws.sqs.Queue("orders", delay_seconds=1)
        aws.sqs.QueuePolicy("orders", queue_url=queue.url, policy=queue.arn)

    recording = deploy(program, preview=True)

    with pytest.raises(AssertionError, match=r"policy of .* orders is unknown in this preview, not JSON text"):
        recording.one("aws:sqs/queuePolicy:QueuePolicy").json("policy")
    with pytest.raises(AssertionError, match=r"delaySeconds of .* orders is a int, not JSON text"):
        recording.one(QUEUE).json("delaySeconds")


def test_one_finds_by_type_and_name():
    def program():
        aws.sqs.Queue("orders")
        aws.sqs.Queue("returns")

    recording = deploy(program)

    assert recording.one(QUEUE, "returns").name == "returns"
    assert [queue.name for queue in recording.of(QUEUE)] == ["orders", "returns"]
    assert recording.of(TOPIC) == ()
    with pytest.raises(AssertionError) as raised:
        recording.one(QUEUE)
    assert str(raised.value) == (
        f"expected one {QUEUE}, found 2; the recording holds:\n  {QUEUE} orders\n  {QUEUE} returns"
    )
    with pytest.raises(AssertionError, match=f"expected one {QUEUE} refunds, found 0"):
        recording.one(QUEUE, "refunds")


def test_an_empty_recording_says_so():
    with pytest.raises(AssertionError, match="nothing"):
        deploy(lambda: None).one(QUEUE)


def test_parents_and_urns_are_those_of_the_engine():
    recording = deploy(lambda: Shop("north"), project="trade", stack="prod")

    shop, queue = recording.one("shop:index:Shop"), recording.one(QUEUE)
    assert shop.urn == "urn:pulumi:prod::trade::shop:index:Shop::north"
    assert queue.urn == "urn:pulumi:prod::trade::shop:index:Shop$aws:sqs/queue:Queue::orders"
    assert (shop.parent, queue.parent) == (None, shop.urn)
    assert recording.children(shop) == (queue,)


def test_urns_hold_the_types_of_all_ancestors():
    class Mall(pulumi.ComponentResource):
        def __init__(self, name: str):
            super().__init__("shop:index:Mall", name, {})
            Shop(name, pulumi.ResourceOptions(parent=self))
            self.register_outputs({})

    queue = deploy(lambda: Mall("north")).one(QUEUE)

    assert queue.urn == "urn:pulumi:stack::project::shop:index:Mall$shop:index:Shop$aws:sqs/queue:Queue::orders"


def test_components_show_what_they_registered():
    shop = deploy(lambda: Shop("north"), backend=FakeAws(outputs={QUEUE: {"url": "https://orders"}})).resources[0]

    assert not shop.custom
    assert shop.id is None
    assert shop.registered_outputs == {"orders_url": "https://orders"}


def test_resources_show_what_the_back_end_answered():
    queue = deploy(lambda: aws.sqs.Queue("orders", delay_seconds=1)).one(QUEUE)

    assert queue.custom
    assert queue.id == queue.outputs["url"]
    assert queue.outputs["delaySeconds"] == 1


@pytest.mark.parametrize(
    ("option", "given", "recorded"),
    [
        ("protect", True, True),
        ("ignore_changes", ["visibilityTimeoutSeconds"], ("visibilityTimeoutSeconds",)),
        ("ignore_changes", ["visibility_timeout_seconds"], ("visibilityTimeoutSeconds",)),
        ("replace_on_changes", ["name"], ("name",)),
        ("retain_on_delete", True, True),
        ("delete_before_replace", True, True),
        ("additional_secret_outputs", ["url"], ("url",)),
        ("custom_timeouts", pulumi.CustomTimeouts(create="10m"), {"create": "10m"}),
    ],
)
def test_options_are_recorded(option: str, given: object, recorded: object):
    assert getattr(with_options(**{option: given}), option) == recorded


def test_options_that_were_not_given_are_empty():
    queue = with_options()

    assert (queue.protect, queue.retain_on_delete, queue.delete_before_replace) == (False, False, False)
    assert (queue.aliases, queue.ignore_changes, queue.replace_on_changes) == ((), (), ())
    assert (queue.provider, queue.import_id, queue.custom_timeouts) == (None, None, {})
    assert (queue.depends_on, queue.dependencies) == ((), ())


def test_a_protected_component_protects_its_children():
    recording = deploy(lambda: Shop("north", pulumi.ResourceOptions(protect=True)))

    assert recording.one(QUEUE).protect


def test_aliases_are_resolved_to_the_urns_they_stand_for():
    def program():
        shop = Shop("north")
        old = [
            pulumi.Alias(name="sales"),
            pulumi.Alias(parent=None),
            pulumi.Alias(parent=shop, type_="aws:sqs:Queue"),
            pulumi.Alias(stack="old", project="before"),
            "urn:pulumi:stack::project::aws:sqs/queue:Queue::written",
        ]
        aws.sqs.Queue("returns", opts=pulumi.ResourceOptions(parent=shop, aliases=old))

    below = "urn:pulumi:stack::project::shop:index:Shop$"

    assert deploy(program).one(QUEUE, "returns").aliases == (
        f"{below}aws:sqs/queue:Queue::sales",
        "urn:pulumi:stack::project::aws:sqs/queue:Queue::returns",
        f"{below}aws:sqs:Queue::returns",
        "urn:pulumi:old::before::shop:index:Shop$aws:sqs/queue:Queue::returns",
        "urn:pulumi:stack::project::aws:sqs/queue:Queue::written",
    )


def test_dependencies_tell_what_is_used_from_what_is_only_waited_for():
    def program():
        shop, topic = Shop("north"), aws.sns.Topic("news")
        aws.sqs.Queue("returns", name=topic.name, opts=pulumi.ResourceOptions(depends_on=[shop]))

    recording = deploy(program)

    returns, topic = recording.one(QUEUE, "returns"), recording.one(TOPIC)
    assert recording.one(QUEUE, "orders").urn in returns.depends_on
    assert topic.urn not in returns.depends_on
    assert set(returns.dependencies) == {topic.urn, *returns.depends_on}


def test_an_explicit_provider_is_recorded_by_its_urn():
    def program():
        provider = aws.Provider("south", region="eu-south-1")
        aws.sqs.Queue("orders", opts=pulumi.ResourceOptions(provider=provider))

    for preview in (False, True):
        recording = deploy(program, preview=preview)
        assert recording.one(QUEUE).provider == recording.one("pulumi:providers:aws").urn


def test_secret_inputs_are_plain_values_whose_paths_are_known():
    def program():
        token = pulumi.Output.secret("opensesame")
        aws.sqs.Queue("orders", name=token, tags={"token": token, "plain": "text"})

    queue = deploy(program).one(QUEUE)

    assert queue.inputs == {"name": "opensesame", "tags": {"token": "opensesame", "plain": "text"}}
    assert queue.secrets == {"name", "tags.token"}
    assert "opensesame" not in repr(queue)


def test_what_is_made_of_a_secret_input_stays_secret():
    def program():
        queue = aws.sqs.Queue("orders", name=pulumi.Output.secret("orders"))
        pulumi.export("repeated", queue.name)
        pulumi.export("other", queue.arn)
        aws.sqs.Queue("changed", name=pulumi.Output.secret("draft"))

    changed = {f"{QUEUE}::changed": {"name": "final"}}
    recording = deploy(program, backend=FakeAws(outputs=changed))

    assert recording.secret_exports == {"repeated"}
    assert recording.one(QUEUE, "changed").outputs["name"] == "final"


def test_an_output_that_differs_from_its_secret_input_is_secret_too():
    def program():
        pulumi.export("name", aws.sqs.Queue("orders", name=pulumi.Output.secret("draft")).name)

    recording = deploy(program, backend=FakeAws(outputs={QUEUE: {"name": "final"}}))

    assert recording.exports == {"name": "final"}
    assert recording.secret_exports == {"name"}


def test_a_back_end_may_repeat_inputs_with_their_secrets_and_assets():
    class Echo(FakeAws):
        def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
            return f"{token}::{name}", dict(inputs)

    def program():
        tags = {"token": pulumi.Output.secret("opensesame"), "plain": "text"}
        function = aws.lambda_.Function("f", role="r", code=pulumi.FileArchive("folder"), tags=tags)
        pulumi.export("tags", function.tags)
        pulumi.export("archive", function.code)

    recording = deploy(program, backend=Echo())

    assert recording.exports["tags"] == {"token": "opensesame", "plain": "text"}
    assert recording.exports["archive"].path == "folder"
    assert recording.secret_exports == {"tags"}


def test_additional_secret_outputs_are_secret():
    def program():
        options = pulumi.ResourceOptions(additional_secret_outputs=["url"])
        pulumi.export("url", aws.sqs.Queue("orders", opts=options).url)

    assert deploy(program).secret_exports == {"url"}


def test_exports_are_plain_values():
    def program():
        pulumi.export("queue", aws.sqs.Queue("orders", name="orders").name)
        pulumi.export("nested", {"list": [1, 2.5, True, pulumi.Output.secret("x")], "nothing": None})

    recording = deploy(program)

    assert recording.exports == {"queue": "orders", "nested": {"list": [1, 2.5, True, "x"]}}
    assert recording.secret_exports == {"nested.list[3]"}


def test_a_preview_knows_inputs_but_no_ids_and_no_outputs():
    seen: list[str] = []

    def program():
        queue = aws.sqs.Queue("orders", delay_seconds=5)
        queue.url.apply(seen.append)
        aws.sqs.QueuePolicy("orders", queue_url=queue.url, policy="{}")
        pulumi.export("delay", queue.delay_seconds)
        pulumi.export("url", queue.url)

    recording = deploy(program, preview=True)

    assert recording.one(QUEUE).id is None
    assert recording.one(QUEUE).outputs == {"delaySeconds": 5}
    assert recording.one("aws:sqs/queuePolicy:QueuePolicy")["queueUrl"] is UNKNOWN
    assert recording.exports == {"delay": 5, "url": UNKNOWN}
    assert seen == []


def test_unknown_secrets_are_unknown_and_secret():
    def program():
        url = pulumi.Output.secret(aws.sqs.Queue("orders").url)
        aws.sqs.QueuePolicy("orders", queue_url=url, policy="{}")

    policy = deploy(program, preview=True).one("aws:sqs/queuePolicy:QueuePolicy")

    assert policy["queueUrl"] is UNKNOWN
    assert policy.secrets == {"queueUrl"}
    assert repr(UNKNOWN) == "UNKNOWN"


def test_logs_are_kept_with_the_resource_they_are_about_except_for_debugging():
    def program():
        queue = aws.sqs.Queue("orders")
        pulumi.log.debug("noise")
        pulumi.log.info("hello")
        pulumi.log.warn("careful", queue)
        pulumi.log.error("broken")

    recording = deploy(program)

    urn = recording.one(QUEUE).urn
    messages = {(log.severity, log.message, log.urn) for log in recording.logs}
    assert messages == {("info", "hello", None), ("warning", "careful", urn), ("error", "broken", None)}


def test_functions_that_were_called_are_recorded():
    def program():
        aws.get_region()
        pulumi.export("account", aws.get_caller_identity_output().account_id)

    recording = deploy(program, account="111122223333")

    tokens = {invoke.token for invoke in recording.invokes}
    assert tokens == {"aws:index/getRegion:getRegion", "aws:index/getCallerIdentity:getCallerIdentity"}
    assert recording.exports == {"account": "111122223333"}


def test_resources_passed_as_inputs_arrive_as_their_ids():
    class Plain(pulumi.CustomResource):
        def __init__(self, name: str, owner: pulumi.Resource):
            super().__init__("shop:index:Plain", name, {"owner": owner})

    def program():
        Plain("sign", aws.iam.Role("owner", name="owner", assume_role_policy="{}"))

    assert deploy(program).one("shop:index:Plain")["owner"] == "owner"


def test_assets_and_archives_arrive_as_objects():
    class Plain(pulumi.CustomResource):
        def __init__(self, name: str, **inputs: Any):
            super().__init__("shop:index:Plain", name, inputs)

    def program():
        Plain(
            "sign",
            file=pulumi.FileAsset("a.txt"),
            text=pulumi.StringAsset("hello"),
            page=pulumi.RemoteAsset("https://example.com/a"),
            folder=pulumi.FileArchive("folder"),
            archive=pulumi.RemoteArchive("https://example.com/a.zip"),
            parts=pulumi.AssetArchive({"a.py": pulumi.StringAsset("pass")}),
        )

    sign = deploy(program).one("shop:index:Plain")

    assert (sign["file"].path, sign["text"].text, sign["page"].uri) == ("a.txt", "hello", "https://example.com/a")
    assert (sign["folder"].path, sign["archive"].uri) == ("folder", "https://example.com/a.zip")
    assert sign["parts"].assets["a.py"].text == "pass"


def test_a_resource_that_is_looked_up_is_external():
    def program():
        queue = aws.sqs.Queue.get("orders", "https://sqs.example/orders")
        pulumi.export("id", queue.id)

    recording = deploy(program)

    queue = recording.one(QUEUE)
    assert (queue.external, queue.custom, queue.id) == (True, True, "https://sqs.example/orders")
    assert recording.exports == {"id": "https://sqs.example/orders"}
    assert not deploy(lambda: aws.sqs.Queue("orders")).one(QUEUE).external


def test_a_look_up_by_an_id_that_is_not_known_yet_is_unknown():
    def program():
        queue = aws.sqs.Queue("orders")
        pulumi.export("arn", aws.sqs.Queue.get("again", queue.id).arn)

    recording = deploy(program, preview=True)

    assert recording.one(QUEUE, "again").id is None
    assert recording.exports == {"arn": UNKNOWN}


def test_an_imported_resource_is_looked_up_and_not_made():
    class ReadOnly(FakeAws):
        def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
            raise AssertionError(f"{token} {name} is not to be made of {inputs}")

    options = pulumi.ResourceOptions(import_="https://sqs.example/orders")
    recording = deploy(lambda: aws.sqs.Queue("orders", opts=options), backend=ReadOnly())

    queue = recording.one(QUEUE)
    assert (queue.import_id, queue.id) == ("https://sqs.example/orders", "https://sqs.example/orders")
