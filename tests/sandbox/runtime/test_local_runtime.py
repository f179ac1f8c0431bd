"""What a handler may do, and what its caller and its log are told."""

import json
import logging
import os
from pathlib import Path

import pytest
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

from .conftest import make_role
from .functions import ACCOUNT, deployed, error_of, invoked_arn, log_of, run, value_of, zip_of

# What a handler gets.


def test_a_handler_gets_the_event_and_its_value_is_the_answer(runtime: LocalRuntime) -> None:
    result = run(runtime, "return {'got': event}", {"name": "John"})

    assert value_of(result) == {"got": {"name": "John"}}
    assert (result.executed_version, result.status_code) == ("1", 200)


def test_no_payload_is_an_empty_event(runtime: LocalRuntime) -> None:
    assert value_of(runtime.invoke(deployed("def handle(event, context): return event"), b"")) == {}


def test_a_handler_is_told_about_its_invocation(runtime: LocalRuntime) -> None:
    body = """
        kept = ("function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb", "log_group_name")
        assert context.identity.cognito_identity_id is None and context.client_context is None
        assert len(context.aws_request_id) == 36 and context.log_stream_name
        return {name: getattr(context, name) for name in kept}
    """

    assert value_of(run(runtime, body)) == {
        "function_name": "worker",
        "function_version": "1",
        "invoked_function_arn": invoked_arn("worker", "live"),
        "memory_limit_in_mb": "128",
        "log_group_name": "worker-logs",
    }


def test_the_remaining_time_is_that_until_the_timeout(runtime: LocalRuntime) -> None:
    remaining = value_of(run(runtime, "return context.get_remaining_time_in_millis()", timeout_seconds=600))

    assert 500_000 < remaining <= 600_000


def test_the_environment_is_clean(runtime: LocalRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "leaked")

    environment = value_of(run(runtime, "import os; return dict(os.environ)", environment={"TABLE": "people"}))

    assert environment["TABLE"] == "people"
    assert "GITHUB_TOKEN" not in environment
    assert environment["_X_AMZN_TRACE_ID"].endswith("Sampled=0")


def test_only_what_was_packaged_and_the_sdk_can_be_imported(runtime: LocalRuntime) -> None:
    assert value_of(run(runtime, "import boto3, sqlite3; return boto3.__name__")) == "boto3"
    assert error_of(run(runtime, "import moto"))["errorType"] == "ModuleNotFoundError"


def test_modules_in_folders_and_in_layers_are_found(runtime: LocalRuntime) -> None:
    code = {"pkg/mod.py": "import shared\ndef fn(event, context): return shared.VALUE"}
    function = deployed(code, handler="pkg/mod.fn", layers=(zip_of({"python/shared.py": "VALUE = 7"}),))

    assert value_of(runtime.invoke(function, b"{}")) == 7


def test_a_handler_has_the_rights_of_its_role_and_no_others(runtime: LocalRuntime, aws: AwsServer) -> None:
    aws.client("sqs").create_queue(QueueName="granted")
    queue_arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:granted"
    role = make_role(aws, "reader", {"Effect": "Allow", "Action": "sqs:GetQueueUrl", "Resource": queue_arn})
    granted = "import boto3; return boto3.client('sqs').get_queue_url(QueueName='granted')['QueueUrl']"
    missing = "import boto3; return boto3.client('sqs').send_message(QueueUrl=event, MessageBody='x')"

    url = value_of(run(runtime, granted, role_arn=role))
    denied = error_of(run(runtime, missing, url, role_arn=role))

    assert denied["errorType"] == "ClientError"
    assert "is not authorized to perform: sqs:sendmessage" in denied["errorMessage"].lower()


# What a handler answers.


def test_a_handler_that_raises_is_an_error_with_its_trace(runtime: LocalRuntime) -> None:
    error = error_of(run(runtime, "raise ValueError('no such order')"))

    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such order")
    assert len(error["requestId"]) == 36
    assert "in handle" in error["stackTrace"][0]
    assert not any("bootstrap" in frame for frame in error["stackTrace"])


def test_an_answer_that_is_no_json_is_a_marshal_error(runtime: LocalRuntime) -> None:
    error = error_of(run(runtime, "return {1, 2}"))

    assert error["errorType"] == "Runtime.MarshalError"
    assert error["errorMessage"] == "Unable to marshal response: Object of type set is not JSON serializable"


def test_decimals_of_dynamodb_are_json(runtime: LocalRuntime) -> None:
    assert value_of(run(runtime, "import decimal; return decimal.Decimal('1.5')")) == 1.5


def test_an_answer_of_more_than_6_mb_is_refused(runtime: LocalRuntime) -> None:
    assert len(value_of(run(runtime, "return 'x' * 6_000_000"))) == 6_000_000
    assert error_of(run(runtime, "return 'x' * 6_300_000"))["errorType"] == "Function.ResponseSizeTooLarge"


def test_an_event_of_6_mb_arrives(runtime: LocalRuntime) -> None:
    assert value_of(run(runtime, "return len(event)", "x" * 6_000_000)) == 6_000_000


def test_an_event_that_is_no_json_is_an_error_of_the_function(runtime: LocalRuntime) -> None:
    result = runtime.invoke(deployed("def handle(event, context): return 1"), b"{")

    assert error_of(result)["errorType"] == "Runtime.UnmarshalError"


# What goes wrong before the handler runs.


@pytest.mark.parametrize(
    ("code", "handler", "error_type", "message"),
    [
        ("import absent", "app.handle", "Runtime.ImportModuleError", "Unable to import module 'app': No module named"),
        ("", "absent.handle", "Runtime.ImportModuleError", "Unable to import module 'absent'"),
        ("", "app.handle", "Runtime.HandlerNotFound", "Handler 'handle' missing on module 'app'"),
        ("", "handle", "Runtime.MalformedHandlerName", "Bad handler 'handle'"),
        ("def (", "app.handle", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("1 / 0", "app.handle", "ZeroDivisionError", "division by zero"),
        ("import sys; sys.exit(3)", "app.handle", "Runtime.ExitError", "exit status 3"),
    ],
)
def test_a_handler_that_cannot_be_imported_is_an_error_of_its_kind(
    runtime: LocalRuntime, code: str, handler: str, error_type: str, message: str
) -> None:
    error = error_of(runtime.invoke(deployed(code, handler=handler), b"{}"))

    assert error["errorType"] == error_type
    assert message in error["errorMessage"]


def test_no_python_for_the_runtime_is_a_clear_answer(runtime: LocalRuntime) -> None:
    error = error_of(run(runtime, "return 1", runtime="python3.99"))

    assert error["errorType"] == "Sandbox.NoInterpreter"
    assert "no interpreter for runtime `python3.99`" in error["errorMessage"]
    assert "hint: " in error["errorMessage"]


def test_code_that_is_no_zip_is_a_clear_answer(runtime: LocalRuntime) -> None:
    error = error_of(runtime.invoke(deployed("", code=b"junk"), b"{}"))

    assert "the code of `worker` cannot be unpacked" in error["errorMessage"]


def test_a_role_that_lambda_cannot_take_is_a_clear_answer(runtime: LocalRuntime) -> None:
    error = error_of(run(runtime, "return 1", role_arn=f"arn:aws:iam::{ACCOUNT}:role/absent"))

    assert error["errorType"] == "Sandbox.NotStarted"
    assert "role/absent" in error["errorMessage"]


# Logs.


def test_the_log_of_an_invocation_is_in_the_functions_group(runtime: LocalRuntime, aws: AwsServer) -> None:
    aws.client("logs").create_log_group(logGroupName="own")

    run(runtime, "print('printed')", log_group="own")

    start, printed, end, report = log_of(aws, "own")
    assert (start.split()[0], printed, end.split()[0], report.split()[0]) == ("START", "printed", "END", "REPORT")
    (stream,) = aws.client("logs").describe_log_streams(logGroupName="own")["logStreams"]
    assert "/worker[1]" in stream["logStreamName"]


def test_json_logs_of_the_logging_module_carry_the_request_id(runtime: LocalRuntime) -> None:
    result = run(
        runtime, "import logging; logging.info('took %s', 5); return context.aws_request_id", log_format="JSON"
    )

    line = json.loads(result.log_tail.splitlines()[1])
    assert (line["level"], line["message"], line["requestId"]) == ("INFO", "took 5", value_of(result))


def test_an_error_is_in_the_log(runtime: LocalRuntime) -> None:
    as_text = run(runtime, "raise ValueError('boom')").log_tail
    as_json = run(runtime, "raise ValueError('boom')", log_format="JSON").log_tail

    assert "[ERROR] ValueError: boom" in as_text
    assert json.loads(as_json.splitlines()[1])["errorType"] == "ValueError"


def test_a_role_without_logs_has_none_and_the_sandbox_says_so_once(
    aws: AwsServer, runtime: LocalRuntime, caplog: pytest.LogCaptureFixture
) -> None:
    aws.client("logs").create_log_group(logGroupName="silent")
    role = make_role(aws, "without-logs")

    with caplog.at_level(logging.WARNING):
        for version in ("1", "2"):
            value_of(run(runtime, "return 1", role_arn=role, log_group="silent", version=version))

    assert log_of(aws, "silent") == []
    said = [record.getMessage() for record in caplog.records if "no logs in `silent`" in record.getMessage()]
    assert len(said) == 1
    assert "logs:CreateLogStream on resource: " in said[0]
    assert "log-group:silent:log-stream:* because no identity-based policy allows" in said[0]


def test_a_foreign_architecture_is_pointed_out_and_tried(
    runtime: LocalRuntime, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert value_of(run(runtime, "return 1", architecture="riscv")) == 1

    assert "`worker` is built for riscv" in caplog.text


def test_closing_leaves_no_files_and_no_processes(aws: AwsServer) -> None:
    runtime = LocalRuntime(aws)
    pid, folder = value_of(run(runtime, "import os; return os.getpid(), os.environ['LAMBDA_TASK_ROOT']"))
    assert Path(folder).exists()

    runtime.close()

    assert not Path(folder).parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
