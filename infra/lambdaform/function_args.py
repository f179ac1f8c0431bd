"""The arguments of `Function`, each with its unit, default and limit."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NotRequired, TypedDict

import pulumi

from .alarms import AlarmOptions
from .alias import AliasOwner
from .code import CodeSources
from .iam import Statement
from .logs import LogOptions
from .warmer import WarmerOptions

__all__ = ["Asynchronous", "FileSystem", "FunctionArgs", "Network", "RuntimeUpdateOn", "RuntimeUpdates"]


class Network(TypedDict):
    """The VPC a function runs in. Costs a NAT gateway or VPC endpoints for everything it calls."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets, 1 to 16, in at least two availability zones unless `single_zone`."""
    security_group_ids: Sequence[pulumi.Input[str]]
    """Security groups, 1 to 5."""
    single_zone: NotRequired[bool]
    """Whether one subnet is meant: the function stops with its zone. Default False."""
    ipv6_allowed_for_dual_stack: NotRequired[pulumi.Input[bool]]
    """Whether it may call out over IPv6. Default False."""
    replacement_security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Groups put on the network interfaces when the function is deleted, so that its own can be deleted too.

    Default the VPC's default group."""


class FileSystem(TypedDict):
    """An EFS file system, mounted through an access point. Needs `vpc`."""

    file_system_arn: pulumi.Input[str]
    """The file system."""
    access_point_arn: pulumi.Input[str]
    """The access point: it decides folder and user, never root."""
    mount_path: str
    """Where the function finds it, below `/mnt/`."""


class Asynchronous(TypedDict):
    """What becomes of events that are handled asynchronously."""

    maximum_event_age_seconds: NotRequired[pulumi.Input[int]]
    """How long an event may wait, 60 to 21,600. AWS's default is 21,600."""
    maximum_retry_attempts: NotRequired[pulumi.Input[int]]
    """How often a failed event is tried again, 0 to 2. AWS's default is 2."""
    on_failure_arn: NotRequired[pulumi.Input[str]]
    """Queue, topic, bus, alias or bucket that gets a record of every failed event. Default none."""
    on_success_arn: NotRequired[pulumi.Input[str]]
    """Queue, topic, bus or alias that gets a record of every handled event. Default none."""


class RuntimeUpdateOn(StrEnum):
    """When AWS moves a function to a new patch version of its runtime."""

    AUTO = "Auto"
    """As AWS rolls it out."""
    FUNCTION_UPDATE = "FunctionUpdate"
    """When the function is deployed the next time."""
    MANUAL = "Manual"
    """Never: it stays on `runtime_version_arn`."""


class RuntimeUpdates(TypedDict):
    """How the patch version of the runtime is chosen."""

    update_on: RuntimeUpdateOn
    """When it changes."""
    runtime_version_arn: NotRequired[pulumi.Input[str]]
    """The version to stay on; with MANUAL only."""


class FunctionArgs(CodeSources, LogOptions):
    """Arguments of `Function`."""

    handler: NotRequired[str]
    """`module.function` inside the package. Required unless the code is an image."""
    description: NotRequired[pulumi.Input[str]]
    """What it is for, at most 256 characters. Default none."""
    memory_size: NotRequired[pulumi.Input[int]]
    """MB of memory, 128 to 10,240; CPU grows with it. Default 256."""
    timeout: NotRequired[pulumi.Input[int]]
    """Seconds one call may take, 1 to 900. Default 10."""
    ephemeral_storage: NotRequired[pulumi.Input[int]]
    """MB of /tmp, 512 to 10,240. Default 512."""
    environment: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables, 4 KB in all. Secrets only as secret Outputs; better, grant `read_parameter`."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the environment. Default Lambda's own key."""
    layers: NotRequired[Sequence[pulumi.Input[str]]]
    """Layer versions, with `extensions` at most 5. Default none."""
    extensions: NotRequired[Sequence[pulumi.Input[str]]]
    """Layer versions that carry extensions, attached after `layers`. Default none."""
    vpc: NotRequired[Network]
    """Network. Default none: the function reaches the internet, and nothing private."""
    file_system: NotRequired[FileSystem]
    """EFS file system. Default none."""
    tracing: NotRequired[bool]
    """Whether X-Ray samples calls. Default True."""
    log_level: NotRequired[str]
    """Lowest level of the function's own log lines, which are JSON. Default INFO."""
    reserved_concurrent_executions: NotRequired[pulumi.Input[int]]
    """Share of the account's concurrency kept for, and not exceeded by, this function; 0 stops it. Default none."""
    provisioned_concurrent_executions: NotRequired[pulumi.Input[int]]
    """Environments kept ready at the alias. Default none."""
    dead_letter_queue: NotRequired[bool]
    """Whether failed asynchronous events are kept in a queue made here. Default True."""
    dead_letter_target_arn: NotRequired[pulumi.Input[str]]
    """Queue or topic of your own that gets them instead."""
    asynchronous: NotRequired[Asynchronous]
    """What else becomes of asynchronous events. Default AWS's."""
    snap_start: NotRequired[bool]
    """Whether published versions start from a snapshot. Default False."""
    code_signing_config_arn: NotRequired[pulumi.Input[str]]
    """Who must have signed the code. Default nobody."""
    allow_recursion: NotRequired[bool]
    """Whether the function may call itself through other services without being stopped. Default False."""
    runtime_updates: NotRequired[RuntimeUpdates]
    """How the runtime is patched. Default AWS's: automatically."""
    permissions: NotRequired[Sequence[Statement]]
    """What the code may do: `grants.read_table(...)` and its neighbours, or statements of your own. Default nothing."""
    alias_owner: NotRequired[AliasOwner]
    """Who moves the alias. Default `AliasOwner.STACK`."""
    ramp: NotRequired[str]
    """Steps of a release: `all-at-once`, or percentages such as `5,25,50` with `pause` between. RELEASE only."""
    probe: NotRequired[str]
    """JSON file, relative to the project, with an event every new version must answer before it gets traffic."""
    alarms: NotRequired[AlarmOptions]
    """How the alarms differ from the defaults."""
    warmer: NotRequired[WarmerOptions]
    """Keep environments warm by schedule. Default none."""
