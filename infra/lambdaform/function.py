"""One Lambda function, complete: code, role, log group, published version, alias, alarms.

    search = Function("search", {
        "source": "lambdas/name_searcher", "handler": "handler.handle",
        "environment": {"TABLE": people.name}, "permissions": [grants.read_table(people.arn)],
        "alarm_topics": [pager_arn],
    })

Everything that calls the function is bound to its alias: `search.target`.
"""

from collections.abc import Mapping
from typing import Any, cast

import pulumi
import pulumi_aws as aws
from lambdaform_delivery.packaging import Target as PackageTarget

from .account import account_of
from .alarms import FunctionAlarms
from .alias import ALIAS_NAME, AliasOwner, LiveAlias
from .code import FunctionCode, resolve_code
from .dead_letters import dead_letter_queue
from .function_args import Asynchronous, FunctionArgs
from .function_rules import FUNCTION_RULES, environment_size_problems, function_problems
from .iam import Statement, features, grants
from .inputs import checked, when_known
from .logs import FunctionLogs
from .naming import check_name
from .outputs import joined
from .release import RELEASE_RECORD_SCHEMA, ReleaseRecord
from .role import ExecutionRole, attach_policy
from .target import Target
from .warmer import Warmer

__all__ = ["DEFAULT_MEMORY_SIZE", "DEFAULT_TIMEOUT", "Function"]

DEFAULT_MEMORY_SIZE = 256
"""MB. AWS's own 128 starts Python slowly for no lower bill."""
DEFAULT_TIMEOUT = 10
"""Seconds. AWS's own 3 is shorter than one retried call of an AWS service."""

_CHILDREN = {
    "aws:lambda/function:Function": "",
    "aws:iam/role:Role": "",
    "aws:sqs/queue:Queue": "-dead-letters",
    "aws:cloudwatch/eventRule:EventRule": "-warmer",
}


class Function(pulumi.ComponentResource):
    """A function that can be run in production: least privilege, published versions, one alias, logs, alarms."""

    function_name: pulumi.Output[str]
    """Physical name."""
    function_arn: pulumi.Output[str]
    """ARN without a qualifier. Do not invoke it: it means `$LATEST`."""
    alias_arn: pulumi.Output[str]
    """ARN of the alias `live`: what to invoke."""
    role_name: pulumi.Output[str]
    """Name of the execution role."""
    log_group_name: pulumi.Output[str]
    """Name of the log group."""
    published_version: pulumi.Output[str]
    """Number of the version that this deployment published or found."""

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None):
        check_name("Function", name, _CHILDREN)
        args = checked(FunctionArgs, "Function", name, args, FUNCTION_RULES, function_problems)
        package_target = _package_target(args)
        code = resolve_code("Function", name, cast(Mapping[str, Any], args), package_target)
        super().__init__("lambdaform:index:Function", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        self.logs = FunctionLogs(name, _pick(args, _LOG_KEYS), child)
        dead_letters = _dead_letters(self, name, args)
        dead_letter_arn = args.get("dead_letter_target_arn", dead_letters.arn if dead_letters else None)
        self.role = ExecutionRole(name, _role_args(self, args, self.logs, dead_letter_arn), child)
        self.function = _function(self, name, args, code, package_target, dead_letter_arn)
        bound = _bound_policy(self, name, args)
        alias_opts = pulumi.ResourceOptions(parent=self, depends_on=bound)
        self.alias = LiveAlias(name, _alias_args(self.function, args), alias_opts)
        _function_settings(self, name, args)
        self.alarms = _alarms(self, name, args, dead_letters)
        if "warmer" in args:
            Warmer(name, _warmer_args(self, args), child)

        self._wire(name, args, code)
        self.register_outputs(
            {
                "function_name": self.function_name,
                "function_arn": self.function_arn,
                "alias_arn": self.alias_arn,
                "role_name": self.role_name,
                "log_group_name": self.log_group_name,
                "published_version": self.published_version,
            }
        )

    def _wire(self, name: str, args: FunctionArgs, code: FunctionCode) -> None:
        self.function_name = self.function.name
        self.function_arn = self.function.arn
        self.alias_arn = self.alias.alias_arn
        self.role_name = self.role.role_name
        self.log_group_name = self.logs.log_group_name
        self.published_version = self.function.version
        self._target = Target(
            alias_arn=self.alias_arn,
            role_name=self.role_name,
            timeout=args.get("timeout", DEFAULT_TIMEOUT),
            placeholder=args.get("placeholder", False),
        )
        self._release = _release_record(self, name, args, code)

    @property
    def target(self) -> Target:
        """What event sources and fronts are given: the alias, never a version."""
        return self._target

    @property
    def release(self) -> ReleaseRecord:
        """What the release tool is given; export it under `releases`."""
        return self._release


_LOG_KEYS = (
    "log_retention_days",
    "log_group_class",
    "log_key_arn",
    "log_forward_to",
    "tags",
    "permissions_boundary_arn",
)


def _pick(args: FunctionArgs, keys: tuple[str, ...]) -> Any:  # noqa: ANN401  # part of one TypedDict, all of another
    given = cast(Mapping[str, Any], args)
    return {key: given[key] for key in keys if key in given}


def _package_target(args: FunctionArgs) -> PackageTarget:
    default = PackageTarget()
    runtime, architecture = args.get("runtime", default.runtime), args.get("architecture", default.architecture)
    python = runtime if runtime.startswith("python") else default.runtime
    return PackageTarget.of_runtime(python, architecture)


def _dead_letters(function: Function, name: str, args: FunctionArgs) -> aws.sqs.Queue | None:
    if "dead_letter_target_arn" in args or not args.get("dead_letter_queue", True):
        return None
    return dead_letter_queue(function, name, args.get("tags"))


def _role_args(
    function: Function, args: FunctionArgs, logs: FunctionLogs, dead_letter_arn: pulumi.Input[str] | None
) -> Any:  # noqa: ANN401  # ExecutionRoleArgs, put together from parts
    statements: list[pulumi.Input[Statement]] = [*args.get("permissions", [])]  # first, as errors count them
    statements.append(features.write_logs(logs.log_group_arn))
    if args.get("tracing", True):
        statements.append(features.trace())
    destinations = args.get("asynchronous", {})
    targets = (dead_letter_arn, destinations.get("on_failure_arn"), destinations.get("on_success_arn"))
    statements += [features.deliver(target) for target in targets if target is not None]
    if "vpc" in args:
        account = account_of(function)
        prefix = joined("arn:", account.partition, ":ec2:", account.region, ":", account.id)
        statements += features.network_interfaces(prefix, args["vpc"]["subnet_ids"], args["vpc"]["security_group_ids"])
    if "file_system" in args:
        mounted = args["file_system"]
        statements.append(features.mount_file_system(mounted["file_system_arn"], mounted["access_point_arn"]))
    if "kms_key_arn" in args and args.get("snap_start"):
        # The snapshot is taken while the function is created, before a policy could name the function.
        statements.append(grants.decrypt_key(args["kms_key_arn"]))
    return {**_pick(args, ("tags", "permissions_boundary_arn")), "statements": statements}


def _function(
    component: Function,
    name: str,
    args: FunctionArgs,
    code: FunctionCode,
    package_target: PackageTarget,
    dead_letter_arn: pulumi.Input[str] | None,
) -> aws.lambda_.Function:
    image = "image_uri" in args
    environment = when_known("Function", name, args.get("environment", {}), environment_size_problems)
    layers = [*args.get("layers", ()), *args.get("extensions", ())]
    return aws.lambda_.Function(
        name,
        **code.arguments,
        role=component.role.role_arn,
        publish=True,
        handler=args.get("handler"),
        runtime=None if image else args.get("runtime", package_target.runtime),
        architectures=[package_target.architecture],
        description=args.get("description"),
        memory_size=args.get("memory_size", DEFAULT_MEMORY_SIZE),
        timeout=args.get("timeout", DEFAULT_TIMEOUT),
        ephemeral_storage={"size": args["ephemeral_storage"]} if "ephemeral_storage" in args else None,
        environment={"variables": environment} if environment else None,
        kms_key_arn=args.get("kms_key_arn") if environment or args.get("snap_start") else None,
        layers=layers or None,
        **_network(args),
        tracing_config={"mode": "Active" if args.get("tracing", True) else "PassThrough"},
        logging_config={
            "log_format": "JSON",
            "log_group": component.logs.log_group_name,
            "application_log_level": args.get("log_level", "INFO"),
            "system_log_level": "INFO",
        },
        reserved_concurrent_executions=args.get("reserved_concurrent_executions"),
        dead_letter_config={"target_arn": dead_letter_arn} if dead_letter_arn is not None else None,
        snap_start={"apply_on": "PublishedVersions"} if args.get("snap_start") else None,
        code_signing_config_arn=args.get("code_signing_config_arn"),
        tags=args.get("tags"),
        opts=pulumi.ResourceOptions(
            parent=component,
            depends_on=[component.role.policy, component.logs.group],
            ignore_changes=list(code.ignored_properties) or None,
        ),
    )


def _network(args: FunctionArgs) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if "vpc" in args:
        vpc = args["vpc"]
        arguments["vpc_config"] = {
            "subnet_ids": vpc["subnet_ids"],
            "security_group_ids": vpc["security_group_ids"],
            "ipv6_allowed_for_dual_stack": vpc.get("ipv6_allowed_for_dual_stack", False),
        }
        arguments["replace_security_groups_on_destroy"] = True
        arguments["replacement_security_group_ids"] = vpc.get("replacement_security_group_ids")
    if "file_system" in args:
        mounted = args["file_system"]
        arguments["file_system_config"] = {
            "arn": mounted["access_point_arn"],
            "local_mount_path": mounted["mount_path"],
        }
    return arguments


def _bound_policy(component: Function, name: str, args: FunctionArgs) -> list[pulumi.Resource]:
    """Attach the statements that name the function itself, which has to exist for that."""
    statements: list[pulumi.Input[Statement]] = []
    if "kms_key_arn" in args and "environment" in args and not args.get("snap_start"):
        statements.append(features.decrypt_environment(args["kms_key_arn"], component.function.arn))
    if "vpc" in args:
        statements.append(features.no_network_interfaces_from_code(component.function.arn))
    return [attach_policy(component, f"{name}-bound", component.role.role_name, statements)] if statements else []


def _alias_args(function: aws.lambda_.Function, args: FunctionArgs) -> Any:  # noqa: ANN401  # LiveAliasArgs
    picked = _pick(args, ("alias_owner", "provisioned_concurrent_executions"))
    return {**picked, "function_name": function.name, "function_version": function.version}


def _function_settings(component: Function, name: str, args: FunctionArgs) -> None:
    """Create what AWS keeps beside a function: asynchronous handling (of the alias), recursion, runtime updates."""
    child = pulumi.ResourceOptions(parent=component)
    function_name = component.function.name
    if "asynchronous" in args:
        chosen = args["asynchronous"]
        aws.lambda_.FunctionEventInvokeConfig(
            name,
            function_name=function_name,
            qualifier=component.alias.alias_name,
            maximum_event_age_in_seconds=chosen.get("maximum_event_age_seconds"),
            maximum_retry_attempts=chosen.get("maximum_retry_attempts"),
            destination_config=_destinations(chosen),
            opts=child,
        )
    if args.get("allow_recursion"):
        aws.lambda_.FunctionRecursionConfig(name, function_name=function_name, recursive_loop="Allow", opts=child)
    if "runtime_updates" in args:
        updates = args["runtime_updates"]
        aws.lambda_.RuntimeManagementConfig(
            name,
            function_name=function_name,
            update_runtime_on=updates["update_on"].value,
            runtime_version_arn=updates.get("runtime_version_arn"),
            opts=child,
        )


def _destinations(chosen: Asynchronous) -> aws.lambda_.FunctionEventInvokeConfigDestinationConfigArgsDict | None:
    destinations: aws.lambda_.FunctionEventInvokeConfigDestinationConfigArgsDict = {}
    if "on_failure_arn" in chosen:
        destinations["on_failure"] = {"destination": chosen["on_failure_arn"]}
    if "on_success_arn" in chosen:
        destinations["on_success"] = {"destination": chosen["on_success_arn"]}
    return destinations or None


def _alarms(
    component: Function, name: str, args: FunctionArgs, dead_letters: aws.sqs.Queue | None
) -> FunctionAlarms | None:
    thresholds: dict[str, Any] = dict(args.get("alarms", {}))
    if not thresholds.pop("enabled", True):
        return None
    watched: Any = {
        **thresholds,
        **_pick(args, ("alarm_topics", "tags", "reserved_concurrent_executions")),
        "function_name": component.function.name,
        "alias_name": component.alias.alias_name,
        "timeout": args.get("timeout", DEFAULT_TIMEOUT),
    }
    if dead_letters:
        watched["dead_letter_queue_name"] = dead_letters.name
    return FunctionAlarms(name, watched, pulumi.ResourceOptions(parent=component))


def _warmer_args(component: Function, args: FunctionArgs) -> Any:  # noqa: ANN401  # WarmerArgs
    return {**args.get("warmer", {}), **_pick(args, ("tags",)), "alias_arn": component.alias.alias_arn}


def _release_record(component: Function, name: str, args: FunctionArgs, code: FunctionCode) -> ReleaseRecord:
    account = account_of(component)
    no_alarms: list[str] = []
    record = ReleaseRecord(
        schema=RELEASE_RECORD_SCHEMA,
        name=name,
        function_name=component.function_name,
        alias=ALIAS_NAME,
        alias_owner=args.get("alias_owner", AliasOwner.STACK).value,
        code_owner=code.owner.value,
        account=account.id,
        region=account.region,
        published_version=component.published_version,
        code_sha256=code.code_sha256 or component.function.code_sha256,
        log_group_name=component.log_group_name,
        alarm_names=component.alarms.alarm_names if component.alarms else no_alarms,
    )
    if "ramp" in args:
        record["ramp"] = args["ramp"]
    if "probe" in args:
        record["probe"] = args["probe"]
    return record
