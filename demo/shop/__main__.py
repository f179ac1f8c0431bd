"""A greeter behind an HTTP API: the stack makes everything around it, the release tool brings its code."""

import platform
import sys

import pulumi
from lambdaform import AliasOwner, Function, HttpApi

greeter = Function("greeter", {
    "placeholder": True,
    "handler": "handler.handle",
    "runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
    "architecture": "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64",
    "alias_owner": AliasOwner.RELEASE,
    "ramp": "25,50",
    "probe": "probe.json",
    "alarm_topics": [],
})  # fmt: skip
api = HttpApi("greeter", {"routes": {"GET /": greeter.target}, "public": True, "alarm_topics": []})

pulumi.export("releases", [greeter.release])
pulumi.export("api_endpoint", api.api_endpoint)
