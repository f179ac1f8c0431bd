"""What AWS allows: one named rule per limit, with its source. Pure values; `inputs` applies them.

Sources, unless a line says otherwise: the Lambda API model (CreateFunction and its neighbours) and the quotas page of
the Lambda developer guide.
"""

import difflib
import itertools
import json
import re
from collections.abc import Collection, Sized
from dataclasses import dataclass
from typing import Protocol, cast

__all__ = ["Breach", "Choice", "Count", "JsonObject", "Pattern", "Ramp", "Range", "Rule"]


@dataclass(frozen=True)
class Breach:
    """Why a value is refused and what to do instead."""

    rule: str
    fix: str


class Rule(Protocol):
    """Decide on one known, plain value of the right type."""

    def breach(self, value: object) -> Breach | None:
        """Return why `value` is refused, or None."""
        ...


@dataclass(frozen=True)
class Range:
    """Allow numbers from `minimum` to `maximum`, both included."""

    minimum: int
    maximum: int
    unit: str = ""
    also: tuple[int, ...] = ()
    """Single values outside the range that are allowed too."""

    def breach(self, value: object) -> Breach | None:
        """Refuse what lies outside; the fix is the nearest allowed number."""
        number = cast(float, value)
        if self.minimum <= number <= self.maximum or number in self.also:
            return None
        unit = f" {self.unit}" if self.unit else ""
        extra = "".join(f", or {number}" for number in self.also)
        nearest = self.maximum if number > self.maximum else self.minimum
        return Breach(f"must be {self.minimum:,} to {self.maximum:,}{unit}{extra}", f"use {nearest}")


@dataclass(frozen=True)
class Pattern:
    """Allow text that matches `regex` as a whole."""

    regex: str
    meaning: str
    """What the text must be, as a phrase after "must be"."""
    example: str
    every_script: bool = False
    r"""Whether `\w`, `\d` and `\s` mean those of every script; AWS means ASCII except in tags."""

    def breach(self, value: object) -> Breach | None:
        """Refuse other text; the fix is an example."""
        if re.fullmatch(self.regex, str(value), 0 if self.every_script else re.ASCII):
            return None
        return Breach(f"must be {self.meaning}", f"write it like {self.example}")


@dataclass(frozen=True)
class Choice:
    """Allow one of a fixed set of values."""

    values: Collection[int | str]

    def breach(self, value: object) -> Breach | None:
        """Refuse others; the fix is the closest allowed value."""
        return (
            None if value in self.values else Breach(f"must be one of {self._listed()}", f"use {self._closest(value)}")
        )

    def _listed(self) -> str:
        return ", ".join(str(value) for value in self.values)

    def _closest(self, value: object) -> str:
        if isinstance(value, int):
            return str(min(self.values, key=lambda allowed: abs(int(allowed) - value)))
        near = difflib.get_close_matches(str(value), [str(allowed) for allowed in self.values], n=1, cutoff=0.0)
        return near[0]


@dataclass(frozen=True)
class Count:
    """Allow lists and dictionaries of `minimum` to `maximum` items."""

    minimum: int
    maximum: int
    noun: str

    def breach(self, value: object) -> Breach | None:
        """Refuse longer and shorter ones."""
        count = len(cast(Sized, value))
        if self.minimum <= count <= self.maximum:
            return None
        return Breach(f"must be {self.minimum} to {self.maximum} {self.noun}, is {count}", "change their number")


@dataclass(frozen=True)
class JsonObject:
    """Allow text that is one JSON object of at most `maximum_characters`."""

    maximum_characters: int

    def breach(self, value: object) -> Breach | None:
        """Refuse other text."""
        text = str(value)
        if len(text) > self.maximum_characters:
            return Breach(f"must be at most {self.maximum_characters:,} characters, is {len(text):,}", "shorten it")
        try:
            if isinstance(json.loads(text), dict):
                return None
        except ValueError:
            pass
        return Breach("must be a JSON object", "write it with json.dumps({...})")


@dataclass(frozen=True)
class Ramp:
    """Allow `all-at-once`, or rising percentages with `pause` between them."""

    largest: int = 50
    """Above it the old version would be the smaller half, and no longer something to compare with."""
    most_steps: int = 10
    """All of them have to fit into the journal of a release, in the alias's description."""

    def breach(self, value: object) -> Breach | None:
        """Refuse steps that are no step, or do not rise."""
        steps = [step.strip() for step in str(value).split(",")]
        shares = [int(step) for step in steps if step.isascii() and step.isdigit() and 1 <= int(step) <= self.largest]
        rising = all(low < high for low, high in itertools.pairwise(shares))
        known = len(shares) + steps.count("pause") == len(steps)
        if value == "all-at-once" or (shares and known and rising and len(steps) <= self.most_steps):
            return None
        rule = f"must be all-at-once, or up to {self.most_steps} rising percentages from 1 to {self.largest} and pauses"
        return Breach(rule, "write it like 5,25,50")


def arn(service: str, resource: str, example: str, meaning: str | None = None) -> Pattern:
    """Allow ARNs of one service; `resource` is a regular expression for what follows the account."""
    return Pattern(
        rf"arn:aws[a-z-]*:(?:{service}):[a-z0-9-]*:(?:\d{{12}})?:{resource}",
        meaning or f"an ARN of {example.split(':')[2]}",
        example,
    )


# Function
MEMORY_SIZE = Range(128, 10_240, "MB")
TIMEOUT = Range(1, 900, "seconds")
EPHEMERAL_STORAGE = Range(512, 10_240, "MB")
HANDLER = Pattern(r"[^\s]{1,128}", "1 to 128 characters without blanks", "handler.handle")
RUNTIME = Pattern(
    r"python3\.\d{1,2}|nodejs\d+\.x|java\d+(\.al2(023)?)?|dotnet\d+|ruby\d\.\d|provided\.al2(023)?",
    "the name of a Lambda runtime",
    "python3.13",
)
ARCHITECTURE = Choice(("arm64", "x86_64"))
DESCRIPTION = Pattern(r"[\s\S]{0,256}", "at most 256 characters", "a short sentence")
IMAGE_URI = Pattern(
    r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[^\s@:]+@sha256:[0-9a-f]{64}",
    "an image in a private ECR registry named by its digest, so that a moved tag changes nothing",
    "111111111111.dkr.ecr.eu-west-1.amazonaws.com/name@sha256:<64 hex digits>",
)
SHA256_HEX = Pattern(r"[0-9a-f]{64}", "a SHA-256 digest as 64 lower-case hex digits", "9f86d0...0f00a08")
PUBLISHED_VERSION = Pattern(r"[1-9]\d*", "the number of a published version, never $LATEST", "7")
LAYER_ARN = Pattern(
    r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9-_]+:\d+",
    "the ARN of a layer version (it ends in the version number)",
    "arn:aws:lambda:eu-west-1:111111111111:layer:name:3",
)
MAXIMUM_LAYERS = 5
MOUNT_PATH = Pattern(r"/mnt/[A-Za-z0-9-_.]{1,155}", "a path below /mnt/", "/mnt/data")
RESERVED_CONCURRENCY = Range(0, 100_000)
PROVISIONED_CONCURRENCY = Range(1, 100_000)

RAMP = Ramp()

# Environment
ENVIRONMENT_BYTES = 4_096
ENVIRONMENT_KEY = Pattern(
    r"[a-zA-Z][a-zA-Z0-9_]+", "letters, digits and _, two or more, starting with a letter", "TABLE_NAME"
)
RESERVED_ENVIRONMENT_KEYS = frozenset({
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
})  # fmt: skip

# Networks
SUBNET_ID = Pattern(r"subnet-[0-9a-z]+", "a subnet id", "subnet-0123456789abcdef0")
SECURITY_GROUP_ID = Pattern(r"sg-[0-9a-z]+", "a security group id", "sg-0123456789abcdef0")
MAXIMUM_SUBNETS, MAXIMUM_SECURITY_GROUPS = 16, 5

# Asynchronous invocation
ASYNC_EVENT_AGE = Range(60, 21_600, "seconds")
ASYNC_RETRIES = Range(0, 2)

# Queues and their event source mappings
QUEUE_BATCH_SIZE = Range(1, 10_000)
BATCHING_WINDOW = Range(0, 300, "seconds")
QUEUE_CONCURRENCY = Range(2, 1_000)
VISIBILITY_TIMEOUT = Range(0, 43_200, "seconds")
RECEIVE_COUNT = Range(1, 1_000)
MESSAGE_RETENTION = Range(60, 1_209_600, "seconds")
MAXIMUM_FILTERS = 5
FILTER_PATTERN_CHARACTERS = 4_096

# Logs (PutRetentionPolicy; FilterPattern is PutSubscriptionFilter's)
LOG_RETENTION_DAYS = Choice(
    (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
)
LOG_FILTER_PATTERN = Pattern(r"[\s\S]{0,1024}", "at most 1,024 characters", "?ERROR ?WARN")
LOG_LEVEL = Choice(("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"))

# Identity (IAM quotas page)
ROLE_NAME = Pattern(r"[\w+=,.@-]{1,64}", "the name of an IAM role, not its ARN", "worker-1a2b3c4")
INLINE_POLICY_CHARACTERS = 10_240

# HTTP APIs
ROUTE_KEY = Pattern(
    r"\$default|(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY) /[^\s]*",
    "a method and a path, or $default",
    "GET /people/{id}",
)
ISSUER = Pattern(r"https://\S+", "an https URL, as in the token's iss", "https://issuer.example.org/")
ORIGIN = Pattern(r"\*|https?://[^\s/]+", "an origin without a path, or *", "https://www.example.org")

# Tags
MAXIMUM_TAGS = 50
TAG_KEY = Pattern(
    r"(?!aws:)[\w\s.:/=+@-]{1,128}", "1 to 128 characters that do not start with aws:", "team", every_script=True
)
TAG_VALUE = Pattern(
    r"[\w\s.:/=+@-]{0,256}",
    "at most 256 characters: letters, digits, blanks and . : / = + @ - _",
    "search",
    every_script=True,
)

# ARNs
_LAMBDA = "arn:aws:lambda:eu-west-1:111111111111"
_EFS = "arn:aws:elasticfilesystem:eu-west-1:111111111111"
QUEUE_ARN = arn("sqs", r"[A-Za-z0-9-_]{1,80}(\.fifo)?", "arn:aws:sqs:eu-west-1:111111111111:orders")
TOPIC_ARN = arn("sns", r"[A-Za-z0-9-_]{1,256}(\.fifo)?", "arn:aws:sns:eu-west-1:111111111111:pager")
KEY_ARN = arn(
    "kms",
    r"key/[A-Za-z0-9-]+",
    "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "the ARN of a KMS key, not of an alias",
)
POLICY_ARN = arn("iam", r"policy/.+", "arn:aws:iam::111111111111:policy/boundary")
ALIAS_ARN = arn(
    "lambda",
    r"function:[A-Za-z0-9-_]{1,64}:(?!\d+$)[A-Za-z0-9-_]{1,128}",
    "arn:aws:lambda:eu-west-1:111111111111:function:worker:live",
    "the ARN of an alias, not of a function or a version",
)
CODE_SIGNING_ARN = arn(
    "lambda",
    r"code-signing-config:csc-[a-z0-9]{17}",
    f"{_LAMBDA}:code-signing-config:csc-0f1e2d3c4b5a69788",
)
RUNTIME_VERSION_ARN = arn("lambda", r"runtime:.+", "arn:aws:lambda:eu-west-1::runtime:<hash>")
FILE_SYSTEM_ARN = arn(
    "elasticfilesystem",
    r"file-system/fs-[0-9a-f]+",
    f"{_EFS}:file-system/fs-0123456789abcdef0",
)
ACCESS_POINT_ARN = arn(
    "elasticfilesystem",
    r"access-point/fsap-[0-9a-f]+",
    f"{_EFS}:access-point/fsap-0123456789abcdef0",
)
DEAD_LETTER_ARN = arn("sqs|sns", r"[A-Za-z0-9-_]{1,256}", "arn:aws:sqs:eu-west-1:111111111111:dead-letters")
SUCCESS_DESTINATION_ARN = arn("sqs|sns|lambda|events", r".+", "arn:aws:sqs:eu-west-1:111111111111:handled")
FAILURE_DESTINATION_ARN = arn("sqs|sns|lambda|events|s3", r".+", "arn:aws:sqs:eu-west-1:111111111111:failures")
STREAM_ARN = arn(
    "kinesis|firehose", r"(stream|deliverystream)/.+", "arn:aws:kinesis:eu-west-1:111111111111:stream/logs"
)
