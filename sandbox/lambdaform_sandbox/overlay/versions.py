"""Published versions: numbered once and for ever, never changed, kept while an alias needs them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..moto_call import AwsError
from .configuration import described
from .functions import LATEST, Function, Functions, Version, check_revision, new_revision
from .pages import page
from .states import ACTIVE, pending, require_settled

__all__ = ["OPERATIONS", "delete_version", "publish"]


def publish_version(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Publish `$LATEST`, unless the last published version is the same: then that one is returned.

    It is pending for a while, with SnapStart until it has its snapshot. `CodeSha256` and `RevisionId` guard against
    publishing what somebody else has put there: 400 and 412.
    """
    function, _ = functions.find(parameters)
    require_settled(function.arn, function.latest.state, updating=bool(function.latest.updating_until))
    expected, actual = parameters.get("CodeSha256"), function.latest.code_sha256
    if expected and expected != actual:
        raise AwsError(
            "InvalidParameterValueException",
            f"CodeSHA256 ({expected}) is different from current CodeSHA256 in $LATEST ({actual}). "
            "Please try again with the CodeSHA256 in $LATEST.",
        )
    check_revision(parameters.get("RevisionId"), function.latest.revision_id)
    last = function.versions.get(str(functions.last_published.get(function.name, 0)))
    unchanged = last is not None and _same(last, function.latest)
    version = last if last and unchanged else publish(functions, function, parameters.get("Description"))
    return described(function, version, version.number)


def list_versions_by_function(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List `$LATEST` and then the published versions, oldest first."""
    function, _ = functions.find(parameters)
    listed = [described(function, function.latest, LATEST)]
    listed += [described(function, version, version.number) for version in function.versions.values()]
    return page(listed, parameters, "Versions")


OPERATIONS = {"PublishVersion": publish_version, "ListVersionsByFunction": list_versions_by_function}


def publish(functions: Functions, function: Function, description: str | None = None) -> Version:
    """Freeze `$LATEST` under the next number: numbers grow and are not given again, not even after a deletion."""
    number = functions.last_published.get(function.name, 0) + 1
    configuration = dict(function.latest.configuration)
    if description:
        configuration["Description"] = description
    version = replace(
        function.latest,
        configuration=configuration,
        number=str(number),
        revision_id=new_revision(),
        state=ACTIVE,
        updating_until=0.0,
        published_from=function.latest.configuration,
    )
    seconds = functions.delays.snapshot if version.has_snapshots else functions.delays.creation
    version = replace(version, state=pending(functions.clock.now(), seconds))
    functions.last_published[function.name] = number
    function.versions[version.number] = version
    return version


def delete_version(function: Function, number: str) -> None:
    """Delete a published version; one that an alias sends calls to is refused, one that is gone is no error."""
    if number == LATEST:
        raise AwsError(
            "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function."
        )
    if not number.isdigit():
        raise AwsError("InvalidParameterValueException", "Deletion of aliases is not currently supported.")
    users = [alias.name for alias in function.aliases.values() if number in (alias.version, *alias.weights)]
    if users:
        raise AwsError(
            "ResourceConflictException", f"Version {number} is referenced by alias(es): {', '.join(sorted(users))}"
        )
    function.versions.pop(number, None)
    function.policies.pop(number, None)
    function.settings = {key: value for key, value in function.settings.items() if key[1] != number}


def _same(version: Version, latest: Version) -> bool:
    """Compare code and configuration with those published; a description given while publishing does not count."""
    return version.code_sha256 == latest.code_sha256 and version.published_from == latest.configuration
