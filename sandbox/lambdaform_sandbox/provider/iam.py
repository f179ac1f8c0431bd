"""IAM: roles, their inline policies, and managed policies (for permissions boundaries)."""

import json
from collections.abc import Mapping
from typing import Any

from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Shape, call_arguments, properties
from .tags import Tagging, tag_list

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


_MOST_VERSIONS = 5
"""Versions of a managed policy that AWS keeps."""


def _create_role(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    trust = _document(inputs["assumeRolePolicy"])
    arguments = call_arguments(inputs, _ROLE)
    cloud.client("iam").create_role(**arguments, AssumeRolePolicyDocument=trust, Tags=tag_list(inputs))
    return inputs["name"]


def _read_role(cloud: Cloud, name: str, _known: Mapping[str, Any]) -> Resource:
    role = cloud.client("iam").get_role(RoleName=name)["Role"]
    said = {
        "arn": role["Arn"],
        "assumeRolePolicy": _document(role["AssumeRolePolicyDocument"]),
        "createDate": role["CreateDate"].isoformat(),
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "uniqueId": role["RoleId"],
    }
    return Resource(name, {**properties(role, _ROLE), **said})


def _update_role(cloud: Cloud, name: str, change: Change) -> None:
    iam = cloud.client("iam")
    if change.has("assumeRolePolicy"):
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=_document(change.after["assumeRolePolicy"]))
    if change.has("description", "maxSessionDuration"):
        settings = change.arguments_of(("description", "maxSessionDuration"), _ROLE)
        iam.update_role(RoleName=name, **settings)
    if change.has("permissionsBoundary"):
        _bound(iam, name, change.value("permissionsBoundary"))


def _bound(iam: Any, name: str, boundary: str | None) -> None:  # noqa: ANN401  # boto3 has no types
    if boundary:
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    else:
        iam.delete_role_permissions_boundary(RoleName=name)


def _delete_role(cloud: Cloud, name: str, outputs: Mapping[str, Any]) -> None:
    """Delete a role; what is still attached to it goes along only with `forceDetachPolicies`."""
    iam = cloud.client("iam")
    if outputs.get("forceDetachPolicies"):
        for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=attached["PolicyArn"])
        for inline in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=inline)
    iam.delete_role(RoleName=name)


def _create_role_policy(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    arguments = call_arguments(inputs, _ROLE_POLICY)
    cloud.client("iam").put_role_policy(**arguments, PolicyDocument=_document(inputs["policy"]))
    return f"{inputs['role']}:{inputs['name']}"


def _read_role_policy(cloud: Cloud, identifier: str, _known: Mapping[str, Any]) -> Resource:
    role, _, name = identifier.partition(":")
    found = cloud.client("iam").get_role_policy(RoleName=role, PolicyName=name)
    return Resource(identifier, {"name": name, "policy": _document(found["PolicyDocument"]), "role": role})


def _update_role_policy(cloud: Cloud, _identifier: str, change: Change) -> None:
    _create_role_policy(cloud, change.after)


def _delete_role_policy(cloud: Cloud, identifier: str, _outputs: Mapping[str, Any]) -> None:
    role, _, name = identifier.partition(":")
    cloud.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _create_policy(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    document = _document(inputs["policy"])
    arguments = call_arguments(inputs, _POLICY)
    return cloud.client("iam").create_policy(**arguments, PolicyDocument=document, Tags=tag_list(inputs))["Policy"][
        "Arn"
    ]


def _read_policy(cloud: Cloud, arn: str, _known: Mapping[str, Any]) -> Resource:
    iam = cloud.client("iam")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    said = {
        "arn": arn,
        "attachmentCount": policy["AttachmentCount"],
        "policy": _document(version["Document"]),
        "policyId": policy["PolicyId"],
    }
    return Resource(arn, {**properties(policy, _POLICY), **said})


def _update_policy(cloud: Cloud, arn: str, change: Change) -> None:
    """Make a new default version; the oldest of the others goes when there are as many as AWS keeps."""
    iam = cloud.client("iam")
    others = _other_versions(iam, arn)
    if len(others) == _MOST_VERSIONS - 1:
        iam.delete_policy_version(PolicyArn=arn, VersionId=others[0])
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=_document(change.after["policy"]), SetAsDefault=True)


def _delete_policy(cloud: Cloud, arn: str, _outputs: Mapping[str, Any]) -> None:
    iam = cloud.client("iam")
    for version in _other_versions(iam, arn):
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    iam.delete_policy(PolicyArn=arn)


def _other_versions(iam: Any, arn: str) -> list[str]:  # noqa: ANN401  # boto3 has no types
    """Return the versions of a policy that are not in force, oldest first."""
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    others = [version["VersionId"] for version in versions if not version["IsDefaultVersion"]]
    return sorted(others, key=lambda version: int(version.removeprefix("v")))


def _document(policy: object) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)


TYPES = (
    ResourceType(
        "aws:iam/role:Role",
        _ROLE,
        create=_create_role,
        read=_read_role,
        update=_update_role,
        delete=_delete_role,
        replaces=frozenset({"name", "namePrefix", "path"}),
        computed=frozenset({"arn", "createDate", "managedPolicyArns", "name", "namePrefix", "uniqueId"}),
        settled=frozenset({"name", "namePrefix"}),
        defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
        absent={"description": ""},
        documents=frozenset({"assumeRolePolicy"}),
        naming=Naming(longest=64),
        tagging=Tagging(
            "iam", "RoleName", "name", list_call="list_role_tags", tag_call="tag_role", untag_call="untag_role"
        ),
    ),
    ResourceType(
        "aws:iam/rolePolicy:RolePolicy",
        _ROLE_POLICY,
        create=_create_role_policy,
        read=_read_role_policy,
        update=_update_role_policy,
        delete=_delete_role_policy,
        replaces=frozenset({"name", "namePrefix", "role"}),
        computed=frozenset({"name", "namePrefix"}),
        settled=frozenset({"name", "namePrefix"}),
        documents=frozenset({"policy"}),
        naming=Naming(longest=128),
    ),
    ResourceType(
        "aws:iam/policy:Policy",
        _POLICY,
        create=_create_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_delete_policy,
        replaces=frozenset({"description", "name", "namePrefix", "path"}),
        computed=frozenset({"arn", "attachmentCount", "name", "namePrefix", "policyId"}),
        settled=frozenset({"name", "namePrefix"}),
        defaults={"path": "/"},
        documents=frozenset({"policy"}),
        naming=Naming(longest=128),
        tagging=Tagging(
            "iam", "PolicyArn", list_call="list_policy_tags", tag_call="tag_policy", untag_call="untag_policy"
        ),
    ),
)
