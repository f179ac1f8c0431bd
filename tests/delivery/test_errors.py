"""Errors: one message for people, one exit code for scripts."""

import pytest
from lambdaform_delivery import errors
from lambdaform_delivery.errors import LambdaformError


def test_the_text_of_an_error_is_its_message_and_on_its_own_line_the_hint():
    assert str(LambdaformError("`a` is wrong", "write `b`")) == "`a` is wrong\nhint: write `b`"


def test_an_error_without_a_hint_is_its_message():
    assert str(LambdaformError("`a` is wrong")) == "`a` is wrong"


@pytest.mark.parametrize("name", ["TargetError", "SourceError", "RequirementsError", "WheelError", "SizeError"])
def test_wrong_input_ends_with_2(name: str):
    assert getattr(errors, name).exit_code == 2


@pytest.mark.parametrize("name", ["LambdaformError", "PackagingError", "ToolError", "CacheError"])
def test_everything_else_ends_with_1(name: str):
    assert getattr(errors, name).exit_code == 1


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_drawn_in_the_tree(name: str):
    assert errors.__doc__ is not None
    assert f" {name} " in errors.__doc__
