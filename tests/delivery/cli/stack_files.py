"""What a command of a release needs around it: the outputs of a stack in a file, and an AWS in the environment."""

import dataclasses
import json
from pathlib import Path

import pytest
from lambdaform_delivery.release.target import ReleaseTarget
from lambdaform_sandbox.server import AwsServer

__all__ = ["use", "write_outputs"]


def write_outputs(path: Path, *targets: ReleaseTarget) -> str:
    """Write outputs that export these functions, and return the file's name."""
    records = [{"schema": 1, **dataclasses.asdict(target)} for target in targets]
    path.write_text(json.dumps({"releases": records}), encoding="utf-8")
    return str(path)


def use(aws: AwsServer, environment: pytest.MonkeyPatch) -> None:
    """Let the SDK reach this AWS, as its administrator, as it would reach the real one."""
    environment.setenv("AWS_ENDPOINT_URL", aws.endpoint)
    environment.setenv("AWS_ACCESS_KEY_ID", aws.credentials.access_key_id)
    environment.setenv("AWS_SECRET_ACCESS_KEY", aws.credentials.secret_access_key)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        environment.delenv(name, raising=False)
