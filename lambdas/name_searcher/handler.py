"""Entry of `name_searcher`: `GET /?name=John%20Doe` in, 200, 404 or 400 out.

Environment: `PEOPLE_TABLE`, the name of the table (partition key `name`). Needs `dynamodb:GetItem` on it.
A failing DynamoDB is not answered but raised: API Gateway then says 500, and the function's Errors metric counts it.
"""
# boto3 has no types:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import json
import os
from dataclasses import asdict
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from name_key import InvalidNameError
from searcher import NameSearcher

__all__ = ["handle"]

logger = Logger(service="name_searcher")

# The SDK's own limit of 60 seconds is longer than the function lives: a silent table would show only as a timeout.
_config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
_dynamodb: Any = boto3.client("dynamodb", config=_config)
_searcher = NameSearcher(_dynamodb, os.environ["PEOPLE_TABLE"])


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, log_event=False)
def handle(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer one request of an HTTP API (payload format 2.0)."""
    if event.get("source") == "lambdaform.warmer":
        return {}
    try:
        person = _searcher.find(_name_asked_for(event))
    except InvalidNameError as error:
        logger.info("name refused", reason=str(error))
        return _answer(400, {"error": str(error)})
    logger.info("name searched", found=person is not None)
    return _answer(200, asdict(person)) if person else {"statusCode": 404, "body": ""}


def _name_asked_for(event: dict[str, Any]) -> str:
    query: dict[str, str] = event.get("queryStringParameters") or {}
    return query.get("name", "")


def _answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
