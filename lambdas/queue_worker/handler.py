"""Entry of `queue_worker`: each SQS message on its own, and once.

Environment: `PEOPLE_TABLE` (partition key `name`), needs `dynamodb:PutItem` on it; `PROCESSED_TABLE` (partition key
`id`, TTL attribute `expiration`), needs `dynamodb:DeleteItem`, `GetItem`, `PutItem` and `UpdateItem`. The event source
mapping must report batch item failures. If all messages of a batch fail, the handler raises: the Errors metric counts.
"""
# boto3 has no types, and Powertools leaves the record handler's result open:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from registration import InvalidRegistrationError, Registration
from worker import RegistrationWorker

__all__ = ["handle"]

LONGEST_RETENTION_SECONDS = 14 * 24 * 60 * 60  # of a message in SQS: after that it cannot come again

logger = Logger(service="queue_worker")

# The SDK's own limit of 60 seconds is longer than the function lives: a silent table would show only as a timeout.
_config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
_dynamodb: Any = boto3.client("dynamodb", config=_config)
_worker = RegistrationWorker(_dynamodb, os.environ["PEOPLE_TABLE"])
_processed = DynamoDBPersistenceLayer(os.environ["PROCESSED_TABLE"], boto3_client=_dynamodb)
_once = IdempotencyConfig(expires_after_seconds=LONGEST_RETENTION_SECONDS, hash_function="sha256")
_batch = BatchProcessor(EventType.SQS)


@logger.inject_lambda_context(log_event=False)
def handle(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Work through one batch; the answer names the messages that failed, and SQS brings only those again."""
    if event.get("source") == "lambdaform.warmer":
        return {"batchItemFailures": []}
    _once.register_lambda_context(context)
    return process_partial_response(event=event, record_handler=_process, processor=_batch, context=context)


def _process(record: SQSRecord) -> None:
    try:
        _register_once(message_id=record.message_id, registration=Registration.from_json(record.body))
    except InvalidRegistrationError as error:
        logger.warning("message refused", message_id=record.message_id, reason=str(error))
        raise
    except Exception:
        logger.exception("message failed", message_id=record.message_id)
        raise


# The default prefix holds the names of the module and of this function. During a release two versions share the queue,
# and a renaming between them must not let one process again what the other has done.
@idempotent_function(
    data_keyword_argument="message_id", persistence_store=_processed, config=_once, key_prefix="registration"
)
def _register_once(*, message_id: str, registration: Registration) -> None:
    _worker.register(registration)
    logger.info("person registered", message_id=message_id)
