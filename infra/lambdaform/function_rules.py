"""What arguments of a function must be, alone and together. Pure: decides, creates nothing."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lambdaform_delivery.errors import TargetError
from lambdaform_delivery.packaging import Target

from . import limits
from .alarms import ALARM_RULES, alarm_problems
from .alias import AliasOwner
from .code import CODE_RULES, code_problems
from .defaults import DEFAULTS_RULES
from .errors import ABSENT, HIDDEN, Problem
from .function_args import RuntimeUpdateOn
from .iam import statement_problems
from .inputs import Rules, between
from .logs import LOG_RULES, forward_problems
from .project import project_root
from .warmer import WARMER_RULES

__all__ = ["FUNCTION_RULES", "environment_size_problems", "function_problems"]


def _nested(field: str, rules: Rules) -> Rules:
    return {f"{field}.{path}": rule for path, rule in rules.items()}


FUNCTION_RULES: Rules = {
    **DEFAULTS_RULES,
    **LOG_RULES,
    **CODE_RULES,
    **_nested("alarms", ALARM_RULES),
    **_nested("warmer", WARMER_RULES),
    "handler": limits.HANDLER,
    "description": limits.DESCRIPTION,
    "memory_size": limits.MEMORY_SIZE,
    "timeout": limits.TIMEOUT,
    "ephemeral_storage": limits.EPHEMERAL_STORAGE,
    "environment{}": limits.ENVIRONMENT_KEY,
    "kms_key_arn": limits.KEY_ARN,
    "layers[]": limits.LAYER_ARN,
    "extensions[]": limits.LAYER_ARN,
    "vpc.subnet_ids": limits.Count(1, limits.MAXIMUM_SUBNETS, "subnets"),
    "vpc.subnet_ids[]": limits.SUBNET_ID,
    "vpc.security_group_ids": limits.Count(1, limits.MAXIMUM_SECURITY_GROUPS, "security groups"),
    "vpc.security_group_ids[]": limits.SECURITY_GROUP_ID,
    "vpc.replacement_security_group_ids[]": limits.SECURITY_GROUP_ID,
    "file_system.file_system_arn": limits.FILE_SYSTEM_ARN,
    "file_system.access_point_arn": limits.ACCESS_POINT_ARN,
    "file_system.mount_path": limits.MOUNT_PATH,
    "log_level": limits.LOG_LEVEL,
    "reserved_concurrent_executions": limits.RESERVED_CONCURRENCY,
    "provisioned_concurrent_executions": limits.PROVISIONED_CONCURRENCY,
    "dead_letter_target_arn": limits.DEAD_LETTER_ARN,
    "asynchronous.maximum_event_age_seconds": limits.ASYNC_EVENT_AGE,
    "asynchronous.maximum_retry_attempts": limits.ASYNC_RETRIES,
    "asynchronous.on_failure_arn": limits.FAILURE_DESTINATION_ARN,
    "asynchronous.on_success_arn": limits.SUCCESS_DESTINATION_ARN,
    "code_signing_config_arn": limits.CODE_SIGNING_ARN,
    "runtime_updates.runtime_version_arn": limits.RUNTIME_VERSION_ARN,
    "ramp": limits.RAMP,
}

_SECRET_NAME = re.compile(r"(?i)(secret|token|password|passwd|api_?key|private_?key|credentials?)$")
_SECRET_VALUE = re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----")


def function_problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    """Yield every rule between arguments that `args` break."""
    for rules in _RULES_BETWEEN_ARGUMENTS:
        yield from rules(args)


def environment_size_problems(environment: Mapping[str, Any]) -> Iterable[Problem]:
    """Yield a problem if the variables that are known are together larger than AWS stores."""
    size = sum(len(key.encode()) + len(value.encode()) for key, value in environment.items() if isinstance(value, str))
    if size > limits.ENVIRONMENT_BYTES:
        rule = f"must be at most {limits.ENVIRONMENT_BYTES:,} bytes in all, names and values, is {size:,}"
        yield Problem("environment", HIDDEN, rule, "move large values to SSM parameters or into the package")


def _environment(args: Mapping[str, Any]) -> Iterable[Problem]:
    environment = args.get("environment", {})
    for key, value in environment.items():
        if key in limits.RESERVED_ENVIRONMENT_KEYS:
            yield Problem(f"environment.{key}", ABSENT, "is reserved, Lambda sets it itself", "choose another name")
        if isinstance(value, str) and _looks_secret(key, value):
            rule = "looks like a secret written in plain text"
            fix = "pass a secret Output, or the name of an SSM parameter and grants.read_parameter"
            yield Problem(f"environment.{key}", HIDDEN, rule, fix)
    yield from environment_size_problems(environment)


def _looks_secret(key: str, value: str) -> bool:
    named_so = _SECRET_NAME.search(key) is not None and value != "" and not value.startswith("arn:")
    return named_so or _SECRET_VALUE.search(value) is not None


def _permissions(args: Mapping[str, Any]) -> Iterable[Problem]:
    return statement_problems(args.get("permissions", []))


def _snap_start(args: Mapping[str, Any]) -> Iterable[Problem]:
    if not args.get("snap_start"):
        return
    for key in ("provisioned_concurrent_executions", "file_system"):
        if key in args:
            yield Problem(key, ABSENT, "is not possible with snap_start", f"remove {key} or snap_start")
    storage = args.get("ephemeral_storage", 512)
    if between(storage) and storage > 512:  # noqa: PLR2004  # SnapStart's own limit in MB
        yield Problem("ephemeral_storage", storage, "must be 512 MB with snap_start", "use 512, or remove snap_start")
    version = re.fullmatch(r"python3\.(\d+)", args.get("runtime", ""))
    if version and int(version[1]) < 12:  # noqa: PLR2004  # first Python with SnapStart
        yield Problem("runtime", args["runtime"], "has no SnapStart", "use python3.12 or newer")


def _concurrency(args: Mapping[str, Any]) -> Iterable[Problem]:
    reserved, provisioned = (args.get(f"{kind}_concurrent_executions") for kind in ("reserved", "provisioned"))
    if reserved is None or provisioned is None or not between(reserved, provisioned):
        return
    if provisioned > reserved:
        rule = f"must not exceed the {reserved} of reserved_concurrent_executions"
        yield Problem("provisioned_concurrent_executions", provisioned, rule, f"use at most {reserved}")


def _network(args: Mapping[str, Any]) -> Iterable[Problem]:
    vpc = args.get("vpc")
    if "file_system" in args and vpc is None:
        yield Problem("file_system", ABSENT, "needs a network to reach it", "set vpc")
    if vpc is not None and len(vpc["subnet_ids"]) == 1 and not vpc.get("single_zone"):
        rule = "must be in two availability zones, one subnet is in one"
        yield Problem("vpc.subnet_ids", vpc["subnet_ids"], rule, "add a subnet, or say single_zone: True")


def _layers(args: Mapping[str, Any]) -> Iterable[Problem]:
    count = len(args.get("layers", ())) + len(args.get("extensions", ()))
    if count > limits.MAXIMUM_LAYERS:
        rule = f"must be at most {limits.MAXIMUM_LAYERS} layers and extensions together, is {count}"
        yield Problem("layers", ABSENT, rule, "put what they have in common into one")


def _dead_letters(args: Mapping[str, Any]) -> Iterable[Problem]:
    if "dead_letter_target_arn" in args and args.get("dead_letter_queue"):
        rule = "is not possible together with dead_letter_queue"
        yield Problem("dead_letter_target_arn", ABSENT, rule, "remove one of them")


def _python(args: Mapping[str, Any]) -> Iterable[Problem]:
    runtime = args.get("runtime", "")
    if not re.fullmatch(r"python3\.\d+", runtime):
        return
    try:
        Target.of_runtime(runtime, Target().architecture)
    except TargetError as error:
        yield Problem("runtime", runtime, error.message, error.hint or "use a newer one")


def _image(args: Mapping[str, Any]) -> Iterable[Problem]:
    if "image_uri" not in args:
        return
    for key in ("code_signing_config_arn", "runtime_updates"):
        if key in args:
            yield Problem(key, ABSENT, "is for zip packages, the code is an image", f"remove {key}")


def _runtime_updates(args: Mapping[str, Any]) -> Iterable[Problem]:
    updates = args.get("runtime_updates")
    if updates is None:
        return
    if (updates["update_on"] is RuntimeUpdateOn.MANUAL) != ("runtime_version_arn" in updates):
        rule = "goes with update_on MANUAL, and only with it"
        yield Problem("runtime_updates.runtime_version_arn", ABSENT, rule, "set or remove it")


def _release(args: Mapping[str, Any]) -> Iterable[Problem]:
    released = args.get("alias_owner", AliasOwner.STACK) is AliasOwner.RELEASE
    if args.get("placeholder") and not released:
        rule = "needs somebody who brings code and moves the alias"
        yield Problem("placeholder", True, rule, "set alias_owner to AliasOwner.RELEASE")
    if "ramp" in args and not released:
        rule = "is only used when the release tool moves the alias"
        yield Problem("ramp", args["ramp"], rule, "set alias_owner to AliasOwner.RELEASE, or remove ramp")


def _probe(args: Mapping[str, Any]) -> Iterable[Problem]:
    if "probe" not in args:
        return
    try:
        json.loads((project_root() / args["probe"]).read_text(encoding="utf-8"))
    except FileNotFoundError:
        yield Problem("probe", args["probe"], "must be a file in the project", "write it relative to Pulumi.yaml")
    except (ValueError, OSError) as error:
        yield Problem("probe", args["probe"], f"must hold one JSON event ({error})", "correct the file")


def _alarms(args: Mapping[str, Any]) -> Iterable[Problem]:
    alarms = args.get("alarms", {})
    if alarms.get("enabled", True):
        yield from alarm_problems({**args, **alarms})


_RULES_BETWEEN_ARGUMENTS: tuple[Callable[[Mapping[str, Any]], Iterable[Problem]], ...] = (
    code_problems,
    _environment,
    _permissions,
    _snap_start,
    _concurrency,
    _network,
    _layers,
    _dead_letters,
    _python,
    _image,
    _runtime_updates,
    _release,
    _probe,
    _alarms,
    forward_problems,
)
