"""README.md's program: shown as it is here, small, and previewable as it stands."""

from pathlib import Path

from lambdaform.testing import Recording, deploy

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("readme_program.py")


def shown() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]


def deployed(preview: bool = False) -> Recording:
    return deploy(PROGRAM, root=ROOT, preview=preview)


def test_the_readme_shows_the_program_that_is_tested_here():
    _, first_import, rest = PROGRAM.read_text(encoding="utf-8").partition("import pulumi\n")

    assert shown() == first_import + rest


def test_it_makes_as_many_resources_as_the_readme_says():
    recording = deployed()

    made = sum(resource.custom for resource in recording.resources)
    lines = sum(1 for line in shown().splitlines() if line.strip())
    assert f"{lines} lines, {made} resources" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_it_exports_one_release_record_per_function():
    [search, worker] = deployed().exports["releases"]

    assert (search["name"], search["alias_owner"], search["ramp"]) == ("search", "release", "5,25,50")
    assert (worker["name"], worker["alias_owner"]) == ("worker", "stack")


def test_it_can_be_previewed_before_anything_exists():
    assert len(deployed(preview=True).resources) == len(deployed().resources)
