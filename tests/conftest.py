"""What every test needs: the one warning that is not ours, and property tests that are the same in every run."""

import hypothesis
import pytest

hypothesis.settings.register_profile("lambdaform", max_examples=60, deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("lambdaform")


def pytest_configure(config: pytest.Config) -> None:
    # `pulumi_aws.lambda_` warns while it is imported, whatever a program takes from it.
    config.addinivalue_line("filterwarnings", r"ignore:aws\.lambda/microvmsimage:DeprecationWarning")
