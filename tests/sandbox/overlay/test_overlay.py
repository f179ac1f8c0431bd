import inspect
from typing import Any

import moto.awslambda.urls
import moto.core.errors
from lambdaform_sandbox import overlay
from lambdaform_sandbox.server import AwsServer
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.awslambda.responses import LambdaResponse
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.responses import BaseResponse
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse
from moto.s3.models import FakeBucket

REPLACED = (
    ActionAuthenticatorMixin,
    ApiGatewayV2Response,
    BaseResponse,
    CloudWatchBackend,
    CloudWatchResponse,
    FakeBucket,
    LambdaResponse,
    LogGroup,
    LogsResponse,
    moto.awslambda.urls,
    moto.core.errors,
)


def attributes() -> list[dict[str, Any]]:
    return [dict(vars(owner)) for owner in REPLACED]


def test_moto_is_exactly_as_before_when_the_sandbox_is_closed():
    before = attributes()
    with AwsServer():
        assert attributes() != before

    assert attributes() == before


def test_every_operation_says_what_rule_of_aws_it_follows():
    assert [name for name, operation in overlay.OPERATIONS.items() if not inspect.getdoc(operation)] == []
