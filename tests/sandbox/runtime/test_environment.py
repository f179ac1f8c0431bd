from pathlib import Path

import pytest
from lambdaform_sandbox.authorizer.credentials import Credentials
from lambdaform_sandbox.runtime.environment import handler_environment

from .functions import deployed

ENDPOINT = "http://127.0.0.1:4566"


def environment_of(**changes: object) -> dict[str, str]:
    return handler_environment(
        deployed("", **changes),
        credentials=Credentials("ASIAROLE", "secret", "session"),
        endpoint_url=ENDPOINT,
        log_stream_name="2026/11/24/[1]abc",
        task_root=Path("/task"),
        layers_root=Path("/opt"),
        runtime_directory=Path("/runtime"),
        temporary_directory=Path("/scratch"),
    )


def test_a_handler_is_told_what_lambda_tells_it() -> None:
    environment = environment_of(log_format="JSON", memory_mb=256, runtime="python3.13")

    expected = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_NAME": "worker",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_GROUP_NAME": "worker-logs",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/24/[1]abc",
        "AWS_REGION": "us-east-1",
        "LAMBDA_RUNTIME_DIR": "/runtime",
        "LAMBDA_TASK_ROOT": "/task",
        "TZ": ":UTC",
        "_HANDLER": "app.handle",
    }
    assert expected.items() <= environment.items()


def test_the_credentials_are_those_of_the_role() -> None:
    environment = environment_of()

    assert environment["AWS_ACCESS_KEY_ID"] == "ASIAROLE"
    assert environment["AWS_SECRET_ACCESS_KEY"] == "secret"
    assert environment["AWS_SESSION_TOKEN"] == "session"


def test_nothing_of_the_caller_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "leaked")
    monkeypatch.setenv("AWS_PROFILE", "leaked")
    monkeypatch.setenv("PYTHONPATH", "/leaked")
    monkeypatch.setenv("HOME", "/leaked")

    environment = environment_of()

    assert not any("leaked" in value for value in environment.values())
    assert environment["HOME"] == environment["TMPDIR"] == "/scratch"


def test_the_functions_own_variables_are_there_and_may_replace_defaults() -> None:
    environment = environment_of(environment={"TABLE": "people", "TZ": "Europe/Berlin"})

    assert environment["TABLE"] == "people"
    assert environment["TZ"] == "Europe/Berlin"


def test_no_variable_leads_out_of_the_sandbox_or_takes_the_role_away() -> None:
    own = {
        "AWS_ENDPOINT_URL": "https://example.org",
        "AWS_ENDPOINT_URL_S3": "https://example.org",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_ACCESS_KEY_ID": "AKIAOTHER",
        "AWS_EC2_METADATA_DISABLED": "false",
    }

    environment = environment_of(environment=own)

    assert environment["AWS_ENDPOINT_URL"] == environment["AWS_ENDPOINT_URL_S3"] == ENDPOINT
    assert environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == "false"
    assert environment["AWS_ACCESS_KEY_ID"] == "ASIAROLE"
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"


def test_without_a_group_of_its_own_a_function_logs_to_lambdas_default() -> None:
    assert environment_of(log_group="")["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/worker"
