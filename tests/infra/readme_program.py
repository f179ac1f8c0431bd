"""The program that README.md shows, from the first import on; the test beside it compares and deploys it."""
# Shown as it is written, so not reformatted:
# fmt: off

import pulumi
import pulumi_aws as aws
from lambdaform import AliasOwner, Defaults, Function, HttpApi, Queue, QueueSource, grants

pager = aws.sns.Topic("pager")
people = aws.dynamodb.Table(
    "people", hash_key="name", attributes=[{"name": "name", "type": "S"}], billing_mode="PAY_PER_REQUEST"
)
processed = aws.dynamodb.Table(
    "processed", hash_key="id", attributes=[{"name": "id", "type": "S"}], billing_mode="PAY_PER_REQUEST"
)

house: Defaults = {"alarm_topics": [pager.arn]}
search = Function("search", {
    **house,
    "source": "lambdas/name_searcher",
    "handler": "handler.handle",
    "environment": {"PEOPLE_TABLE": people.name},
    "permissions": [grants.read_table(people.arn)],
    "alias_owner": AliasOwner.RELEASE,
    "ramp": "5,25,50",
    "probe": "lambdas/name_searcher/events/found.json",
})
worker = Function("worker", {
    **house,
    "source": "lambdas/queue_worker",
    "handler": "handler.handle",
    "timeout": 30,
    "environment": {"PEOPLE_TABLE": people.name, "PROCESSED_TABLE": processed.name},
    "permissions": [
        grants.write_table(people.arn), grants.read_table(processed.arn), grants.write_table(processed.arn),
    ],
})
registrations = Queue("registrations", {**house, "consumer_timeout": 30})
QueueSource("registrations", {**worker.target, **registrations.consumption})
HttpApi("people", {**house, "routes": {"GET /": search.target}, "public": True})
pulumi.export("releases", [search.release, worker.release])
