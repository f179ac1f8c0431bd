"""The reference system: people are found over HTTP and registered over a queue.

GET /?name=...  ->  search  ->  people table  <-  worker  <-  registrations queue
"""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
from lambdaform import AliasOwner, Defaults, Function, FunctionArgs, HttpApi, Queue, QueueSource
from settings import Person, Settings

__all__ = ["build"]


def build(settings: Settings) -> Mapping[str, Any]:
    """Create everything and return what the stack exports."""
    house = _house(settings)
    people = _table("people", "name", settings)
    processed = _table("processed", "id", settings, expires_by="expiration")
    for person in settings.people:
        _put(people, person)

    search_args: FunctionArgs = {
        **house,
        "source": "lambdas/name_searcher",
        "handler": "handler.handle",
        "description": "finds a person by name",
        "environment": {"PEOPLE_TABLE": people.name},
        "permissions": [{"actions": ["dynamodb:GetItem"], "resources": [people.arn]}],
        "probe": "lambdas/name_searcher/events/found.json",
        **_ownership(settings),
    }
    if settings.warm_environments:
        search_args["warmer"] = {"concurrency": settings.warm_environments}
    search = Function("search", search_args)

    worker = Function("worker", {
        **house,
        "source": "lambdas/queue_worker",
        "handler": "handler.handle",
        "description": "registers people from a queue",
        "timeout": 30,
        "environment": {"PEOPLE_TABLE": people.name, "PROCESSED_TABLE": processed.name},
        "permissions": [
            {"actions": ["dynamodb:PutItem"], "resources": [people.arn]},
            {
                "actions": ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
                "resources": [processed.arn],
            },
        ],
        "probe": "lambdas/queue_worker/events/warmer.json",
        **_ownership(settings),
    })  # fmt: skip
    registrations = Queue("registrations", {**house, "consumer_timeout": 30})
    QueueSource("registrations", {**worker.target, **registrations.consumption})
    api = HttpApi("people", {
        **house,
        "routes": {"GET /": search.target},
        "public": settings.public_api,
        "iam": not settings.public_api,
    })  # fmt: skip
    return {
        "api_endpoint": api.api_endpoint,
        "registrations_queue_url": registrations.queue_url,
        "releases": [search.release, worker.release],
    }


def _house(settings: Settings) -> Defaults:
    house: Defaults = {
        "alarm_topics": settings.alarm_topics,
        "log_retention_days": settings.log_retention_days,
        "runtime": settings.runtime,
        "architecture": settings.architecture,
    }
    if settings.permissions_boundary_arn:
        house["permissions_boundary_arn"] = settings.permissions_boundary_arn
    return house


def _ownership(settings: Settings) -> FunctionArgs:
    if settings.alias_owner is AliasOwner.RELEASE:
        return {"alias_owner": settings.alias_owner, "ramp": settings.ramp}
    return {"alias_owner": settings.alias_owner}


def _table(name: str, key: str, settings: Settings, expires_by: str | None = None) -> aws.dynamodb.Table:
    return aws.dynamodb.Table(
        name,
        billing_mode="PAY_PER_REQUEST",
        hash_key=key,
        attributes=[{"name": key, "type": "S"}],
        ttl={"attribute_name": expires_by, "enabled": True} if expires_by else None,
        point_in_time_recovery={"enabled": True},
        server_side_encryption={"enabled": True},
        deletion_protection_enabled=settings.protect_data,
        opts=pulumi.ResourceOptions(protect=settings.protect_data),
    )


def _put(table: aws.dynamodb.Table, person: Person) -> None:
    item = {"name": {"S": person.key}, "full_name": {"S": person.name}, "born": {"N": str(person.born)}}
    aws.dynamodb.TableItem(
        f"person-{person.key.replace(' ', '-')}", table_name=table.name, hash_key="name", item=json.dumps(item)
    )
