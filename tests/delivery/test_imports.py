"""What importing delivery brings along: never Pulumi, and boto3 only where AWS is called."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["lambdaform_delivery", "lambdaform_delivery.packaging", "lambdaform_delivery.cli.group"]
)
@pytest.mark.parametrize("unwanted", ["pulumi", "boto3", "rich", "lambdaform_sandbox"])
def test_packaging_and_its_command_line_import_neither_pulumi_nor_boto3_nor_the_sandbox(module: str, unwanted: str):
    program = f"import sys, {module}; sys.exit({unwanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
