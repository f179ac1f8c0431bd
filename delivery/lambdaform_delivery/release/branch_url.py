"""The URL of a branch alias, and who may call it."""

from dataclasses import dataclass
from typing import Any

from .account import Account, CallError

__all__ = ["FunctionUrl", "delete_url", "ensure_url", "list_urls"]

_IAM, _PUBLIC = "AWS_IAM", "NONE"
_ABSENT = "ResourceNotFoundException"
_EXISTS = "ResourceConflictException"
_PERMISSIONS: tuple[dict[str, Any], ...] = (
    {"StatementId": "branch-url", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": _PUBLIC},
    {"StatementId": "branch-url-invoke", "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
)
"""What a public URL needs. AWS asks for both since October 2025; the second is good only through the URL."""


@dataclass(frozen=True)
class FunctionUrl:
    """An address of a function's alias."""

    url: str
    is_public: bool
    """Whether anybody may call it. Else callers sign their requests, and their own policies decide."""

    @classmethod
    def of(cls, answer: dict[str, Any]) -> "FunctionUrl":
        """Read an answer about a URL."""
        return cls(answer["FunctionUrl"], answer["AuthType"] == _PUBLIC)


def ensure_url(account: Account, function_name: str, alias: str, *, public: bool) -> FunctionUrl:
    """Give an alias a URL, or make the one it has public or private; whatever was half done is completed.

    A private URL grants nothing: callers in the account need `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction` on
    the alias in their own policies.
    """
    where = {"FunctionName": function_name, "Qualifier": alias}
    found = _found(account, where) or _created(account, where, public=public)
    if found.is_public != public:
        found = FunctionUrl.of(
            account.read("lambda", "UpdateFunctionUrlConfig", **where, AuthType=_auth_type(public=public))
        )
    if public:
        _grant(account, where)
    else:
        _revoke(account, where)
    return found


def delete_url(account: Account, function_name: str, alias: str) -> None:
    """Delete the URL of an alias with its permissions; what is not there is no error."""
    where = {"FunctionName": function_name, "Qualifier": alias}
    _quietly(account, _ABSENT, "DeleteFunctionUrlConfig", where)
    _revoke(account, where)


def list_urls(account: Account, function_name: str) -> dict[str, FunctionUrl]:
    """Return all URLs of a function by alias."""
    listed = account.pages("lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs", FunctionName=function_name)
    return {item["FunctionArn"].rpartition(":")[2]: FunctionUrl.of(item) for item in listed}


def _found(account: Account, where: dict[str, str]) -> FunctionUrl | None:
    try:
        return FunctionUrl.of(account.read("lambda", "GetFunctionUrlConfig", **where))
    except CallError as error:
        if error.code != _ABSENT:
            raise
        return None


def _created(account: Account, where: dict[str, str], *, public: bool) -> FunctionUrl:
    # May be repeated after a lost answer: an alias has one URL, a second try finds it.
    _quietly(account, _EXISTS, "CreateFunctionUrlConfig", {**where, "AuthType": _auth_type(public=public)})
    return FunctionUrl.of(account.read("lambda", "GetFunctionUrlConfig", **where))


def _auth_type(*, public: bool) -> str:
    return _PUBLIC if public else _IAM


def _grant(account: Account, where: dict[str, str]) -> None:
    for permission in _PERMISSIONS:
        _quietly(account, _EXISTS, "AddPermission", {**where, **permission, "Principal": "*"})


def _revoke(account: Account, where: dict[str, str]) -> None:
    for permission in _PERMISSIONS:
        _quietly(account, _ABSENT, "RemovePermission", {**where, "StatementId": permission["StatementId"]})


def _quietly(account: Account, code: str, operation: str, arguments: dict[str, Any]) -> None:
    """Call an operation for which this error means that there is nothing left to do."""
    try:
        account.read("lambda", operation, **arguments)
    except CallError as error:
        if error.code != code:
            raise
