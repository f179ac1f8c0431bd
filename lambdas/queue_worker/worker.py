"""Registrations, written down. Nothing here knows Lambda or SQS."""

from typing import Any

from registration import Registration

__all__ = ["RegistrationWorker"]


class RegistrationWorker:
    """Writes people to one DynamoDB table; of two registrations of one name the later stands."""

    def __init__(self, dynamodb: Any, people_table: str):  # noqa: ANN401  # boto3 clients are untyped
        self._dynamodb = dynamodb
        self._people_table = people_table

    def register(self, registration: Registration) -> None:
        """Write one person; lets the errors of DynamoDB pass."""
        self._dynamodb.put_item(TableName=self._people_table, Item=_item(registration))


def _item(registration: Registration) -> dict[str, Any]:
    return {
        "name": {"S": registration.key},
        "full_name": {"S": registration.name},
        "born": {"N": str(registration.born)},
    }
