"""What each option of a function needs from its role: the option brings exactly these statements.

Source: the Lambda developer guide's pages for each feature and the Service Authorization Reference.
"""

from collections.abc import Sequence

import pulumi

from ..outputs import derived, joined
from .statements import Condition, Statement

__all__ = [
    "consume_queue",
    "decrypt_environment",
    "deliver",
    "mount_file_system",
    "network_interfaces",
    "no_network_interfaces_from_code",
    "trace",
    "write_logs",
]

_DELIVERIES = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
    "s3": "s3:PutObject",
}


def write_logs(log_group_arn: pulumi.Input[str]) -> Statement:
    """Log to the function's own group, which it cannot make: a deleted group would come back without retention."""
    streams = joined(log_group_arn, ":*")
    return Statement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[streams])


def trace() -> Statement:
    """Send X-Ray segments. X-Ray has no resources to name."""
    return Statement(actions=["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources=["*"])


def deliver(target_arn: pulumi.Input[str]) -> pulumi.Input[Statement]:
    """Send to a dead-letter target or destination: the one action of its kind."""
    return derived(target_arn, _delivery)


def _delivery(target_arn: str) -> Statement:
    service = target_arn.split(":")[2]
    resource = f"{target_arn}/*" if service == "s3" else target_arn
    return Statement(actions=[_DELIVERIES[service]], resources=[resource])


def consume_queue(queue_arn: pulumi.Input[str]) -> Statement:
    """Let Lambda's poller read and delete the messages of one queue."""
    return Statement(
        actions=["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], resources=[queue_arn]
    )


def mount_file_system(file_system_arn: pulumi.Input[str], access_point_arn: pulumi.Input[str]) -> Statement:
    """Mount and write an EFS file system through one access point, never as root."""
    through = Condition(test="StringEquals", variable="elasticfilesystem:AccessPointArn", values=[access_point_arn])
    return Statement(
        actions=["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        resources=[file_system_arn],
        conditions=[through],
    )


def decrypt_environment(key_arn: pulumi.Input[str], function_arn: pulumi.Input[str]) -> Statement:
    """Decrypt the environment of this function, and nothing else under the same key."""
    of_this_function = Condition(
        test="StringEquals", variable="kms:EncryptionContext:aws:lambda:FunctionArn", values=[function_arn]
    )
    return Statement(actions=["kms:Decrypt"], resources=[key_arn], conditions=[of_this_function])


def network_interfaces(
    arn_prefix: pulumi.Input[str],
    subnet_ids: Sequence[pulumi.Input[str]],
    security_group_ids: Sequence[pulumi.Input[str]],
) -> list[Statement]:
    """Let Lambda make and remove network interfaces in these subnets and security groups.

    `arn_prefix` is `arn:<partition>:ec2:<region>:<account>`. The two Describe actions accept no resource; the ids of
    the interfaces are not known before they exist.
    """
    interfaces = joined(arn_prefix, ":network-interface/*")
    subnets = [joined(arn_prefix, ":subnet/", subnet) for subnet in subnet_ids]
    groups = [joined(arn_prefix, ":security-group/", group) for group in security_group_ids]
    return [
        Statement(actions=["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], resources=["*"]),
        Statement(actions=["ec2:CreateNetworkInterface"], resources=[interfaces, *subnets, *groups]),
        Statement(
            actions=["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"],
            resources=[interfaces],
        ),
    ]


def no_network_interfaces_from_code(function_arn: pulumi.Input[str]) -> Statement:
    """Deny the function's own code what `network_interfaces` allows to the Lambda service."""
    from_code = Condition(test="ArnEquals", variable="lambda:SourceFunctionArn", values=[function_arn])
    actions = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    ]
    return Statement(effect="Deny", actions=actions, resources=["*"], conditions=[from_code])
