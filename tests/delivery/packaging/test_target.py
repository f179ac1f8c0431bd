"""Targets: which Pythons and architectures there are, and which wheels run on them."""

import pytest
from lambdaform_delivery.errors import TargetError
from lambdaform_delivery.packaging import Target
from packaging.markers import Marker, default_environment


def test_the_default_is_python_3_13_on_arm64():
    assert str(Target()) == "python3.13 on arm64"


def test_a_runtime_and_an_architecture_make_a_target():
    assert Target.of_runtime("python3.12", "x86_64") == Target("3.12", "x86_64")


def test_the_runtime_is_lambdas_name():
    assert Target("3.12").runtime == "python3.12"


@pytest.mark.parametrize("python", ["3.8", "3.99", "3", "3.13.1", "python3.13", "", "3.13\n"])
def test_another_python_is_refused_with_the_choices(python: str):
    with pytest.raises(TargetError, match=r"is not a Python version of Lambda\nhint: use one of .*`3\.13`"):
        Target(python)


@pytest.mark.parametrize("architecture", ["aarch64", "amd64", "ARM64", ""])
def test_another_architecture_is_refused_with_the_choices(architecture: str):
    with pytest.raises(TargetError, match="is not an architecture of Lambda\nhint: use one of `arm64`, `x86_64`"):
        Target("3.13", architecture)


def test_another_runtime_is_refused():
    with pytest.raises(TargetError, match=r"`nodejs22\.x` is not a Python runtime"):
        Target.of_runtime("nodejs22.x", "arm64")


@pytest.mark.parametrize(("python", "newest"), [("3.11", "manylinux_2_26"), ("3.12", "manylinux_2_34")])
def test_the_newest_wheels_are_those_of_the_runtimes_glibc(python: str, newest: str):
    assert Target(python, "x86_64").platforms[0] == f"{newest}_x86_64"


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_wheels_of_the_usual_platforms_run_on_every_target(architecture: str):
    target = Target("3.11", architecture)
    assert {f"manylinux2014_{target.machine}", f"manylinux_2_17_{target.machine}"} <= set(target.platforms)


def test_only_x86_64_has_wheels_from_before_arm64():
    assert "manylinux1_x86_64" in Target("3.13", "x86_64").platforms
    assert not [platform for platform in Target("3.13", "arm64").platforms if "manylinux1" in platform]


@pytest.mark.parametrize(
    "marker",
    [
        "sys_platform == 'linux'",
        "platform_machine == 'aarch64'",
        "python_version < '3.13'",
        "python_full_version >= '3.12.0'",
        "platform_system == 'Linux' and os_name == 'posix'",
        "implementation_name == 'cpython' and platform_python_implementation == 'CPython'",
    ],
)
def test_markers_are_those_of_lambda(marker: str):
    assert Marker(marker).evaluate(dict(Target("3.12", "arm64").markers))


def test_no_marker_is_left_to_the_machine_that_packages():
    assert set(default_environment()) <= set(Target().markers)
