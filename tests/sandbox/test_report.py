"""What the sandbox shows, as plain text."""

from collections.abc import Iterable

from lambdaform_sandbox import report
from lambdaform_sandbox.deployment import Deployment, Resource
from lambdaform_sandbox.function_logs import said
from lambdaform_sandbox.smoke import Outcome
from rich.text import Text


def resource(token: str, logical_name: str, parent: str | None = None, **outputs: str) -> Resource:
    return Resource(
        type=token,
        name=logical_name,
        urn=f"{token}::{logical_name}",
        parent=parent,
        outputs=outputs,
        custom=not token.startswith("lambdaform:"),
    )


def deployment(*resources: Resource) -> Deployment:
    return Deployment("rehearsal", resources)


def plain(lines: Iterable[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_resources_stand_below_their_component_with_their_physical_names():
    shown = report.resources(
        deployment(
            resource("lambdaform:index:Queue", "orders"),
            resource("aws:sqs/queue:Queue", "orders", "lambdaform:index:Queue::orders", name="orders-1234567"),
            resource("aws:sqs/queuePolicy:QueuePolicy", "orders", "lambdaform:index:Queue::orders"),
            resource("aws:sns/topic:Topic", "pager", name="pager"),
        )
    )
    assert plain(shown) == ["Queue orders", "  Queue orders  orders-1234567", "  QueuePolicy orders", "Topic pager"]


def test_only_what_a_provider_makes_is_counted_and_who_deployed_is_said():
    made = deployment(resource("lambdaform:index:Queue", "orders"), resource("aws:sqs/queue:Queue", "orders"))
    assert report.deployed(made, 1.25).plain == "resources created: 1, by rehearsal, in 1.2 s"


def test_endpoints_are_aligned():
    shown = report.endpoints(
        deployment(
            resource("aws:apigatewayv2/api:Api", "people", apiEndpoint="http://127.0.0.1:1"),
            resource("aws:sqs/queue:Queue", "registrations", url="http://127.0.0.1:2/q"),
        )
    )
    assert plain(shown) == [
        "api people           http://127.0.0.1:1",
        "queue registrations  http://127.0.0.1:2/q",
    ]


def test_an_expected_answer_takes_one_line():
    assert report.answer(Outcome("GET /", "200 {}")).plain == "ok      GET /  200 {}"


def test_an_unexpected_answer_is_followed_by_what_was_expected():
    shown = report.answer(Outcome("GET /", "500", "expected status 200, got 500")).plain
    assert shown.splitlines() == ["FAILED  GET /  500", "        expected status 200, got 500"]


def test_a_long_answer_is_cut():
    shown = report.answer(Outcome("GET /", "x" * 1_000)).plain
    assert shown.endswith("...")
    assert len(shown) < 400


def test_what_a_handler_says_cannot_steer_the_terminal():
    assert report.logs({"search": ("\x1b[2Jgone\r\nforged",)})[0].plain == "log search  [2Jgone forged"


def test_the_verdict_counts():
    good, bad = Outcome("GET /", "200"), Outcome("GET /", "500", "expected status 200, got 500")
    assert report.verdict([good, bad, good]).plain == "answers as expected: 2 of 3"
    assert report.verdict([]).plain == "no smoke.json beside the program: nothing was sent"


def test_structured_log_lines_are_shown_by_level_and_first_line_of_the_message():
    assert (
        said('{"level": "WARNING", "message": "message refused", "location": "handle:1"}') == "WARNING message refused"
    )
    assert said('{"log_level": "ERROR", "errorMessage": "no\\nTraceback"}') == "ERROR no"


def test_other_lines_are_shown_as_they_are():
    assert said("hello") == "hello"
    assert said('{"value": 1}') == '{"value": 1}'
    assert said("3") == "3"


def test_what_lambda_itself_writes_is_left_out_unless_it_is_a_failure():
    assert said("START RequestId: 1 Version: 1") is None
    assert said('{"time": "", "type": "platform.start", "record": {"requestId": "1"}}') is None
    failure = (
        '{"time": "", "type": "platform.report", "record": {"status": "timeout", "errorMessage": "Task timed out"}}'
    )
    assert said(failure) == "ERROR Task timed out"
