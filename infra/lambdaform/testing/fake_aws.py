"""An AWS that only exists in a test: plausible ids, ARNs and URLs, always the same ones."""

import base64
import hashlib
import threading
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

from .backend import Backend, Properties
from .fake_types import FAKE_TYPES, FakeType

__all__ = ["FakeAws"]

STACK_REFERENCE = "pulumi:pulumi:StackReference"


class FakeAws(Backend):
    """Makes any resource, and answers the functions that say where it is: caller identity, region, partition.

    `outputs` says what a type, or one resource as `type::name`, has instead, and what is not known here: the answers of
    other functions and the outputs of other stacks.

        FakeAws(outputs={
            "aws:lambda/function:Function": {"version": "7"},
            "aws:sqs/queue:Queue::orders": {"id": "https://sqs.example/orders"},
            "aws:ec2/getVpc:getVpc": {"id": "vpc-1", "cidrBlock": "10.0.0.0/16"},
            "pulumi:pulumi:StackReference::team/network/prod": {"outputs": {"subnets": ["subnet-1"]}},
        })

    Identifiers are derived from type and name, so a test sees the same ones in every run. A type that is not known here
    gets an id, a name and an ARN.
    """

    def __init__(
        self,
        *,
        account: str = "123456789012",
        region: str = "eu-west-1",
        outputs: Mapping[str, Properties] | None = None,
    ):
        self.account, self.region = account, region
        self._outputs = outputs or {}
        self._made: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
        """Return the id and the outputs of a new resource."""
        with self._lock:
            self._made[token, name] += 1
            seed = f"{token}::{name}::{self._made[token, name]}"
        return self._fake(token, name, inputs, seed)

    def read(self, token: str, resource_id: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
        """Return a resource that is taken to exist; of a stack reference, the outputs that were given for it."""
        if token == STACK_REFERENCE:
            empty: dict[str, Any] = {"name": resource_id, "outputs": {}, "secretOutputNames": []}
            return resource_id, empty | self._given(token, resource_id)
        named = {_kind(token).name_property or "": _name_of(resource_id)}
        _, outputs = self._fake(token, resource_id, {**named, **inputs}, f"{token}::{resource_id}")
        return resource_id, outputs

    def invoke(self, token: str, args: Properties) -> dict[str, Any]:
        """Return the answer of a function; one that is not known and was not given raises a `LookupError`."""
        known = {**_whereabouts(self.account, args.get("region", self.region)), **self._outputs}
        answer = known.get(token)
        if answer is None:
            hint = f'deploy(..., backend=FakeAws(outputs={{"{token}": {{...}}}}))'
            raise LookupError(f"the function `{token}` has no answer in this test\nhint: {hint}")
        return dict(answer)

    def _fake(self, token: str, name: str, inputs: Properties, seed: str) -> tuple[str, dict[str, Any]]:
        kind = _kind(token)
        outputs: dict[str, Any] = {}
        physical_name = name
        if kind.name_property:
            outputs[kind.name_property] = physical_name = _physical_name(kind.name_property, name, inputs, seed)
        words = _Words(_words(self.account, self.region, inputs, seed) | {"name": physical_name})
        for key, template in _templates(kind, inputs).items():
            words[key] = outputs[key] = inputs.get(key) or template.format_map(words)
        outputs |= self._given(token, name)
        return outputs.pop("id", kind.id.format_map(words).rstrip(":/")), outputs

    def _given(self, token: str, name: str) -> dict[str, Any]:
        return {**self._outputs.get(token, {}), **self._outputs.get(f"{token}::{name}", {})}


class _Words(dict[str, Any]):
    """What templates are filled with; an input that was not given is empty."""

    def __missing__(self, _key: str) -> str:
        return ""


def _words(account: str, default_region: str, inputs: Properties, seed: str) -> dict[str, Any]:
    region = inputs.get("region", default_region)
    function = str(inputs.get("functionName", ""))
    named = f"arn:{_partition(region)}:lambda:{region}:{account}:function:{function}"
    bus = str(inputs.get("eventBusName", "default")).rpartition("/")[2]
    return {
        **inputs,
        "account": account,
        "region": region,
        "partition": _partition(region),
        "key": _letters(seed),
        "hex": _digits(seed)[:17],
        "uuid": str(uuid.UUID(_digits(seed)[:32], version=4)),
        "code_sha256": inputs.get("sourceCodeHash") or base64.b64encode(_digest(seed)).decode(),
        "function": function.split(":")[6] if function.startswith("arn:") else function,
        "function_arn": function if function.startswith("arn:") else named,
        "path": inputs.get("path", "/"),
        "bus": "" if bus == "default" else f"{bus}/",
        "group": inputs.get("groupName", "default"),
        "stage_path": str(inputs.get("name", "")).replace("$default", ""),
    }


def _templates(kind: FakeType, inputs: Properties) -> dict[str, str]:
    templates = dict(kind.outputs)
    for given, more in kind.when.items():
        templates |= more if inputs.get(given) else {}
    return templates


def _kind(token: str) -> FakeType:
    return FAKE_TYPES.get(token) or _unknown_kind(token)


def _unknown_kind(token: str) -> FakeType:
    service, _, kind = token.split(":")[1].partition("/")
    arn = f"arn:{{partition}}:{service}:{{region}}:{{account}}:{kind}/{{name}}"
    return FakeType("{name}", {"arn": arn}, "name")


def _physical_name(name_property: str, name: str, inputs: Properties, seed: str) -> str:
    if name_property in inputs:
        return inputs[name_property]
    prefix = inputs.get(f"{name_property}Prefix")
    suffix = ".fifo" if inputs.get("fifoQueue") or inputs.get("fifoTopic") else ""
    made_up = f"{name}-{_digits(seed)[:7]}" if prefix is None else f"{prefix}{_digits(seed)[:26]}"
    return made_up + suffix


def _name_of(resource_id: str) -> str:
    """Return the name in an id, which may be a name, an ARN or a URL."""
    if resource_id.startswith(("arn:", "https://")):
        return resource_id.replace(":", "/").rpartition("/")[2]
    return resource_id


def _whereabouts(account: str, region: str) -> Mapping[str, Properties]:
    partition = _partition(region)
    return {
        "aws:index/getCallerIdentity:getCallerIdentity": {
            "accountId": account,
            "arn": f"arn:{partition}:iam::{account}:user/tester",
            "id": account,
            "userId": "AIDATESTER",
        },
        "aws:index/getRegion:getRegion": {
            "description": region,
            "endpoint": f"ec2.{region}.amazonaws.com",
            "id": region,
            "name": region,
            "region": region,
        },
        "aws:index/getPartition:getPartition": {
            "dnsSuffix": "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com",
            "id": partition,
            "partition": partition,
            "reverseDnsPrefix": "cn.com.amazonaws" if partition == "aws-cn" else "com.amazonaws",
        },
    }


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _digest(seed: str) -> bytes:
    return hashlib.sha256(seed.encode()).digest()


def _digits(seed: str) -> str:
    return _digest(seed).hex()


def _letters(seed: str) -> str:
    return "".join(chr(ord("a") + byte % 26) for byte in _digest(seed)[:10])
