"""What changes in one resource, line by line."""

from collections.abc import Mapping
from typing import Any

import pytest
from delivery.comment.digests import UNKNOWN, change, policy, state, step
from lambdaform_delivery.comment.details import details

Json = dict[str, Any]

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
QUEUE = "aws:sqs/queue:Queue"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


def lines(type_: str, old: Json, new: Json, **differences: str) -> tuple[str, ...]:
    paths = {path.replace("__", "."): kind for path, kind in differences.items()}
    return details(change(step("update", type_, old=state(old), new=state(new), differences=paths)))


def test_memory_and_timeout_have_units():
    old, new = {"memorySize": 256, "timeout": 10}, {"memorySize": 512, "timeout": 30}
    assert lines(FUNCTION, old, new, memorySize="update", timeout="update") == (
        "memory `256 MB` → `512 MB`",
        "timeout `10 s` → `30 s`",
    )


def test_code_is_told_once_by_the_beginning_of_its_digest():
    old, new = {"code": {"hash": "a"}, "sourceCodeHash": "1" * 44}, {"code": {"hash": "b"}, "sourceCodeHash": "2" * 44}
    assert lines(FUNCTION, old, new, code="update", sourceCodeHash="update") == (
        "code `111111111111` → `222222222222`",
    )


def test_an_archive_is_the_beginning_of_its_hash():
    archive = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", "path": "/x.zip"}
    assert lines(
        FUNCTION, {"code": {**archive, "hash": "a" * 64}}, {"code": {**archive, "hash": "b" * 64}}, code="update"
    ) == ("`code` `aaaaaaaaaaaa` → `bbbbbbbbbbbb`",)


def variables(**values: object) -> Json:
    return {"environment": {"variables": values}}


def test_of_an_environment_only_the_names_are_told():
    told = lines(
        FUNCTION,
        variables(KEPT="1", GONE="value-1", CHANGED="value-2"),
        variables(KEPT="1", NEW="value-3", CHANGED="value-4"),
        environment__variables__GONE="delete",
        environment__variables__NEW="add",
        environment__variables__CHANGED="update",
    )
    assert told == ("environment added: `NEW`", "environment removed: `GONE`", "environment changed: `CHANGED`")


def test_a_secret_that_changes_is_told_though_both_look_the_same():
    hidden = variables(KEY="[secret]")
    assert lines(FUNCTION, hidden, hidden, environment__variables__KEY="update") == ("environment changed: `KEY`",)


@pytest.mark.parametrize("whole", ["[secret]", UNKNOWN])
def test_an_environment_that_cannot_be_read_is_told_as_a_whole(whole: str):
    unreadable = {"environment": {"variables": whole}}
    assert lines(FUNCTION, unreadable, unreadable, environment="update") == ("environment changed",)


def test_an_alias_tells_its_version():
    assert lines(ALIAS, {"functionVersion": "1"}, {"functionVersion": UNKNOWN}, functionVersion="update") == (
        "version `1` → _after apply_",
    )


def test_statements_that_come_and_go_are_told_and_the_others_not():
    kept = {"Action": "a:Kept", "Resource": "arn:x"}
    old = {"policy": policy(kept, {"Action": ["a:Two", "a:One"], "Resource": "arn:x"})}
    new = {"policy": policy({"Effect": "Deny", "Action": "a:No", "Resource": "*", "Principal": "p"}, kept)}
    assert lines(ROLE_POLICY, old, new, policy="update") == (
        "added: `Deny` `a:No` on `*` for `p`",
        "removed: `Allow` `a:One`, `a:Two` on `arn:x`",
    )


def test_statements_that_are_not_known_yet_are_said_to_be():
    old = {"policy": policy({"Action": "a:B", "Resource": "arn:x"})}
    assert lines(ROLE_POLICY, old, {"policy": UNKNOWN}, policy="update") == ("`policy` _statements_ → _after apply_",)


def test_many_actions_are_counted_instead_of_listed():
    granted = {"Action": [f"a:B{number:03}" for number in range(200)], "Resource": "arn:x"}
    [line] = details(change(step("create", ROLE_POLICY, new=state({"policy": policy(granted)}))))
    assert "`a:B011` and 188 more on `arn:x`" in line


def test_any_other_property_is_told_by_its_path():
    assert lines(QUEUE, {"tags": {"a": "1"}}, {"tags": {}, "delay": 3}, tags__a="delete", delay="add") == (
        "`tags.a` `1` → _none_",
        "`delay` _none_ → `3`",
    )


def test_what_replaces_says_so():
    assert lines(QUEUE, {"fifoQueue": False}, {"fifoQueue": True}, fifoQueue="update-replace") == (
        "`fifoQueue` `false` → `true` (cannot change in place)",
    )


def test_default_tags_are_told_only_where_there_are_no_others():
    old, new = {"tags": {"a": "1"}, "tagsAll": {"a": "1"}}, {"tags": {"a": "2"}, "tagsAll": {"a": "2"}}
    assert lines(QUEUE, old, new, tags__a="update", tagsAll__a="update") == ("`tags.a` `1` → `2`",)
    assert lines(QUEUE, old, new, tagsAll__a="update") == ("`tagsAll.a` `1` → `2`",)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("description", "[secret]"),
        (
            "description",
            {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hush"'},
        ),
        ("secretString", "hush"),
        ("masterPassword", "hush"),
        ("headers.apiKey", "hush"),
    ],
)
def test_a_secret_is_never_shown(path: str, value: object):
    nested: Any = value
    for name in reversed(path.split(".")):
        nested = {name: nested}
    [line] = lines(QUEUE, nested, {}, **{path.replace(".", "__"): "delete"})
    assert line == f"`{path}` _secret_ → _none_"


def test_a_secret_within_a_value_is_not_shown_either():
    [line] = lines(QUEUE, {}, {"body": {"a": "[secret]", "token": "hush", "b": [UNKNOWN]}}, body="add")
    assert line == '`body` _none_ → `{"a": "_secret_", "token": "_secret_", "b": ["_after apply_"]}`'


def test_of_a_new_function_its_settings_are_told():
    inputs: Mapping[str, Any] = {"memorySize": 256, "timeout": 10, "runtime": "python3.13", **variables(TABLE=UNKNOWN)}
    assert details(change(step("create", FUNCTION, new=state(inputs)))) == (
        "memory `256 MB`",
        "timeout `10 s`",
        "runtime `python3.13`",
        "environment added: `TABLE`",
    )


@pytest.mark.parametrize("operation", ["delete", "same"])
def test_of_what_goes_or_stays_nothing_is_told(operation: str):
    assert details(change(step(operation, FUNCTION, old=state(variables(A="1"))))) == ()
