"""What the description of a branch alias says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambdaform_delivery.errors import ReleaseInputError
from lambdaform_delivery.release.branch_label import BranchLabel

NOW = 1_790_000_040
COMMIT = "0123456789abcdef" * 4

branches = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=255)


def test_it_reads_like_a_sentence_of_three_words():
    assert str(BranchLabel.of("feature/search", "1a2b3c4", NOW + 0.9)) == (
        "branch=feature/search commit=1a2b3c4 moved=2026-09-21T14:14:00Z"
    )
    assert str(BranchLabel.of("main", "", NOW)) == "branch=main moved=2026-09-21T14:14:00Z"


@given(branches, st.sampled_from(["", "1a2b", COMMIT]))
def test_what_was_written_is_read_again_and_fits_into_a_description(branch: str, commit: str):
    label = BranchLabel.of(branch, commit, NOW)

    assert BranchLabel.parse(str(label)) == label
    assert len(str(label)) <= 256


@pytest.mark.parametrize(
    "description", ["", "live traffic", "branch=x", "branch=x moved=yesterday", "branch=x y moved=2026-09-21T14:14:00Z"]
)
def test_a_description_of_somebody_else_is_no_label(description: str):
    assert BranchLabel.parse(description) is None


@pytest.mark.parametrize("commit", ["HEAD", "abc", "1a2b3c4 moved", "1A2B3C4", "a" * 65])
def test_what_is_no_commit_is_refused(commit: str):
    with pytest.raises(ReleaseInputError, match="commit is `"):
        BranchLabel.of("main", commit, NOW)
