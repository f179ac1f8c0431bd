"""The alias of a branch."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambdaform_delivery.errors import ReleaseInputError
from lambdaform_delivery.release.branch_name import branch_alias, is_branch_alias

AWS_ALIAS = re.compile(r"(?!^[0-9]+$)[a-zA-Z0-9-_]{1,128}")

branches = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="~^:?*[]\\"), min_size=1, max_size=255
)


@pytest.mark.parametrize(
    ("branch", "alias"),
    [
        ("main", "br-main-0d6e40"),
        ("feature/search", "br-feature-search-38e7a3"),
        ("fix//äöü_2!", "br-fix-_2-18e64b"),
        ("поиск", "br-d89cae"),
        ("a" * 255, f"br-{'a' * 118}-b0f332"),
    ],
)
def test_a_branch_has_a_readable_alias_that_never_changes(branch: str, alias: str):
    assert branch_alias(branch) == alias


@pytest.mark.parametrize(("one", "other"), [("a/b", "a-b"), ("Fix", "fix"), ("a" * 200, "a" * 201), ("ä", "ö")])
def test_branches_that_read_alike_have_two_aliases(one: str, other: str):
    assert branch_alias(one) != branch_alias(other)


@given(branches)
def test_every_branch_has_an_alias_that_aws_takes_and_that_is_known_as_a_branch_s(branch: str):
    alias = branch_alias(branch)

    assert AWS_ALIAS.fullmatch(alias)
    assert is_branch_alias(alias)


@pytest.mark.parametrize("branch", ["", "a b", "a\nb", "a" * 256, "x[lf1 live=7]", "a:b", "a*", "a\x00"])
def test_what_git_does_not_take_as_a_branch_is_refused(branch: str):
    with pytest.raises(ReleaseInputError, match="branch is `"):
        branch_alias(branch)


@pytest.mark.parametrize("alias", ["live", "br-", "br-main", "br-main-d8f51", "br-main-D8F51C", "x-br-main-0d6e40"])
def test_other_aliases_are_not_taken_for_a_branch_s(alias: str):
    assert not is_branch_alias(alias)
