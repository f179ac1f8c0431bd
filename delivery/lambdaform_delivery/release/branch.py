"""Branch aliases: one version of a function under the name of a branch, beside the traffic and never in its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import PreflightError, ReleaseInputError
from .account import Account, CallError, LostAnswerError
from .alias_state import AliasState
from .branch_label import BranchLabel
from .branch_name import branch_alias, is_branch_alias
from .branch_url import FunctionUrl, delete_url, ensure_url, list_urls
from .candidate import check_choice, resolved
from .description import Description
from .live_alias import LiveAlias
from .options import ReleaseOptions
from .preflight import check_account
from .target import ReleaseTarget
from .versions import list_aliases

__all__ = [
    "LATEST_WARNING",
    "SHARED_ROLE_WARNING",
    "Branch",
    "BranchOptions",
    "create_branch",
    "delete_branch",
    "list_branches",
]

SHARED_ROLE_WARNING = (
    "all versions of a function have one role, and the data that its environment names: what this branch does, it does "
    "to what production uses. A stack of its own has neither in common; docs/release.md has the recipe"
)
LATEST_WARNING = (
    "$LATEST now holds the code of this branch, and so would the next version that `pulumi up` publishes: release with "
    "--zip, --artifact or --version"
)
_ABSENT = "ResourceNotFoundException"
_EXISTS = "ResourceConflictException"


@dataclass(frozen=True)
class BranchOptions:
    """What a branch alias is to serve, and how it is reached; at most one of `version` and `zip`."""

    version: str | None = None
    """Published version; by default the one that the stack has published."""
    zip: Path | None = None
    """Package to publish as a new version; only where the pipeline owns the code."""
    commit: str = ""
    """Commit that the version was made from; only told."""
    url: bool = False
    """Give the alias a URL of its own. Without it, one that exists stays."""
    public: bool = False
    """Let anybody call the URL, instead of who may by IAM."""


@dataclass(frozen=True)
class Branch:
    """One branch alias of one function."""

    target: ReleaseTarget
    alias: str
    version: str
    label: BranchLabel | None
    """Branch, commit and time; None if somebody else wrote the description."""
    url: FunctionUrl | None = None


def create_branch(
    account: Account, targets: Sequence[ReleaseTarget], branch: str, options: BranchOptions
) -> tuple[Branch, ...]:
    """Let the branch's alias of each function serve one version, all of its calls; it is made where there is none.

    May be repeated: it moves the alias, by compare-and-swap. The alias that takes the traffic is never touched. Raises
    ReleaseInputError for options that contradict each other, PreflightError for a version that cannot be called or a
    name that is taken.
    """
    choice = ReleaseOptions(version=options.version, zip=options.zip)
    check_choice(targets, choice)
    if options.public and not options.url:
        raise ReleaseInputError("`--public` is about the URL of the branch", "give --url as well")
    label = BranchLabel.of(branch, options.commit, account.now())
    alias = branch_alias(branch)
    for target in targets:
        _check(account, target, alias)
    return tuple(_created(account, target, alias, label, choice, options) for target in targets)


def list_branches(account: Account, target: ReleaseTarget) -> tuple[Branch, ...]:
    """Return the branch aliases of a function by name."""
    check_account(account, target, None)
    urls = list_urls(account, target.function_name)
    return tuple(
        Branch(target, name, state.version, BranchLabel.parse(state.description), urls.get(name))
        for name, state in sorted(list_aliases(account, target.function_name).items())
        if is_branch_alias(name) and name != target.alias
    )


def delete_branch(account: Account, target: ReleaseTarget, branch: str) -> bool:
    """Delete the alias of a branch with its URL and permissions; return whether there was one.

    The alias goes last: interrupted, the next call finds and deletes the rest.
    """
    alias = branch_alias(branch)
    _check(account, target, alias)
    found = _found(account, target, alias)
    if found:
        _check_same(target, alias, found.state, BranchLabel.of(branch, "", 0))
    delete_url(account, target.function_name, alias)
    # May be repeated after a lost answer: an alias that is gone is no error.
    account.read("lambda", "DeleteAlias", FunctionName=target.function_name, Name=alias)
    return found is not None


def _check(account: Account, target: ReleaseTarget, alias: str) -> None:
    check_account(account, target, None)
    if alias == target.alias:
        raise PreflightError(
            f"`{alias}` is the alias that takes the traffic of `{target.name}`: it is released, and no branch's",
            "give the function an alias without the prefix of branches",
        )


def _created(
    account: Account,
    target: ReleaseTarget,
    alias: str,
    label: BranchLabel,
    choice: ReleaseOptions,
    options: BranchOptions,
) -> Branch:
    found = _found(account, target, alias)
    if found:
        _check_same(target, alias, found.state, label)
    version = resolved(account, target, choice).number
    if not version.isdecimal():
        raise PreflightError(
            f"`{target.name}` has no published version, but `{version}`", "run `pulumi up`, and write the outputs anew"
        )
    state = _placed(account, target, alias, version, label, found)
    url = ensure_url(account, target.function_name, alias, public=options.public) if options.url else None
    return Branch(target, alias, state.version, BranchLabel.parse(state.description), url)


def _placed(
    account: Account, target: ReleaseTarget, alias: str, version: str, label: BranchLabel, found: LiveAlias | None
) -> AliasState:
    """Make the alias or move it; it stays as it is if it serves this version of this commit already."""
    if found is None:
        try:
            return AliasState.of(
                account.write(
                    "lambda",
                    "CreateAlias",
                    FunctionName=target.function_name,
                    Name=alias,
                    FunctionVersion=version,
                    Description=str(label),
                )
            )
        except CallError as error:
            # In doubt, or somebody else was faster: what is there now is moved like any other.
            if error.code != _EXISTS and not isinstance(error, LostAnswerError):
                raise
            found = LiveAlias(account, target.function_name, alias)
            _check_same(target, alias, found.state, label)
    before = BranchLabel.parse(found.state.description)
    unchanged = before is not None and (found.state.version, before.commit) == (version, label.commit)
    return found.write(version, {}, Description(str(before if unchanged else label)))


def _found(account: Account, target: ReleaseTarget, alias: str) -> LiveAlias | None:
    try:
        return LiveAlias(account, target.function_name, alias)
    except CallError as error:
        if error.code != _ABSENT:
            raise
        return None


def _check_same(target: ReleaseTarget, alias: str, state: AliasState, label: BranchLabel) -> None:
    """Raise PreflightError if the alias is of another branch, whose name has the same hash."""
    before = BranchLabel.parse(state.description)
    if before and not before.is_of(label):
        raise PreflightError(
            f"the alias `{alias}` of `{target.name}` belongs to the branch `{before.branch}`",
            "give one of the two branches another name",
        )
