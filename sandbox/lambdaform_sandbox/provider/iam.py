"""IAM: roles, their inline policies, and managed policies (for permissions boundaries)."""

import json
from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Shape, call_arguments
from .tags import tag_list

__all__ = ["TYPES"]

_ROLE: Shape = {
    "assumeRolePolicy": None,
    "description": "Description",
    "forceDetachPolicies": None,
    "maxSessionDuration": "MaxSessionDuration",
    "name": "RoleName",
    "namePrefix": None,
    "path": "Path",
    "permissionsBoundary": "PermissionsBoundary",
    "tags": None,
}
_ROLE_POLICY: Shape = {"name": "PolicyName", "namePrefix": None, "policy": None, "role": "RoleName"}
_POLICY: Shape = {
    "description": "Description",
    "name": "PolicyName",
    "namePrefix": None,
    "path": "Path",
    "policy": None,
    "tags": None,
}


def _create_role(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    role = cloud.client("iam").create_role(
        **call_arguments(inputs, _ROLE),
        AssumeRolePolicyDocument=_document(inputs["assumeRolePolicy"]),
        Tags=tag_list(inputs),
    )["Role"]
    outputs = {"arn": role["Arn"], "uniqueId": role["RoleId"], "createDate": role["CreateDate"].isoformat()}
    return Created(role["RoleName"], outputs)


def _create_role_policy(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    arguments = call_arguments(inputs, _ROLE_POLICY)
    cloud.client("iam").put_role_policy(**arguments, PolicyDocument=_document(inputs["policy"]))
    return Created(f"{inputs['role']}:{inputs['name']}")


def _create_policy(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    policy = cloud.client("iam").create_policy(
        **call_arguments(inputs, _POLICY), PolicyDocument=_document(inputs["policy"]), Tags=tag_list(inputs)
    )["Policy"]
    return Created(policy["Arn"], {"arn": policy["Arn"], "policyId": policy["PolicyId"]})


def _document(policy: object) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)


TYPES = (
    ResourceType(
        "aws:iam/role:Role",
        _ROLE,
        _create_role,
        naming=Naming(longest=64),
        taggable=True,
        defaults={"path": "/", "maxSessionDuration": 3600, "forceDetachPolicies": False},
    ),
    ResourceType("aws:iam/rolePolicy:RolePolicy", _ROLE_POLICY, _create_role_policy, naming=Naming(longest=128)),
    ResourceType(
        "aws:iam/policy:Policy",
        _POLICY,
        _create_policy,
        naming=Naming(longest=128),
        taggable=True,
        defaults={"path": "/"},
    ),
)
