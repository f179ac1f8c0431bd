import pulumi
import pytest
from lambdaform import InputError, LambdaformError, Problem, ProjectError
from lambdaform.errors import ABSENT, HIDDEN

TOO_SMALL = Problem("memory_size", 64, "must be 128 to 10,240 MB", "use 128")


def test_a_problem_says_where_what_why_and_the_way_out():
    assert str(TOO_SMALL) == "memory_size is 64: must be 128 to 10,240 MB; use 128"


@pytest.mark.parametrize("value", [ABSENT, HIDDEN])
def test_a_problem_shows_no_value_where_there_is_none_or_it_may_be_secret(value: object):
    assert str(Problem("handler", value, "is missing", "set it")) == "handler: is missing; set it"


def test_a_long_value_is_cut():
    text = str(Problem("description", "d" * 1_000, "is long", "shorten it"))

    assert text == f"description is '{'d' * 79}... (1002 characters): is long; shorten it"


def test_an_error_counts_and_lists_its_problems():
    error = InputError("Function", "worker", [TOO_SMALL, Problem("handler", ABSENT, "is missing", "set it")])

    assert str(error).splitlines() == [
        'Function "worker" has 2 problems:',
        "  memory_size is 64: must be 128 to 10,240 MB; use 128",
        "  handler: is missing; set it",
    ]


def test_one_problem_is_singular():
    assert str(InputError("Function", "worker", [TOO_SMALL])).startswith('Function "worker" has 1 problem:')


def test_the_family_ends_a_program_with_its_message_alone():
    assert issubclass(LambdaformError, pulumi.RunError)
    assert issubclass(InputError, LambdaformError)
    assert issubclass(ProjectError, LambdaformError)


def test_programs_in_other_languages_learn_the_property():
    error = InputError("Function", "worker", [TOO_SMALL])

    assert isinstance(error, pulumi.InputPropertyError)
    assert (error.property_path, error.reason) == ("memory_size", str(error))
