"""How programs run under the real command line and this repository's language host, and how their errors read."""

import sys

import pytest
from tools.pulumi_project import Project, needs_pulumi, new_project, runtime

pytestmark = needs_pulumi


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return new_project(tmp_path_factory.mktemp("programs"))


def test_a_program_runs_in_its_folder_below_the_root_with_its_siblings(project: Project):
    (project.folder / "infra" / "interpreter.py").write_text("ANSWER = 42\n", encoding="utf-8")  # as one of the host's
    program = """
        import os, sys
        import interpreter, pulumi

        pulumi.export("root", pulumi.get_root_directory())
        pulumi.export("folder", os.getcwd())
        pulumi.export("sibling", interpreter.ANSWER)
        pulumi.export("arguments", len(sys.argv))
        pulumi.export("stack", f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}")
        """
    outputs = project.preview(program).stdout.partition("Outputs:\n")[2].split("\n\n")[0]

    assert [line.split() for line in outputs.splitlines()] == [
        ["arguments:", "1"],
        ["folder", ":", f'"{project.folder}/infra"'],
        ["root", ":", f'"{project.folder}"'],
        ["sibling", ":", "42"],
        ["stack", ":", '"organization/shop/dev"'],
    ]


def test_a_run_error_is_one_line(project: Project):
    program = 'import pulumi\n\nraise pulumi.RunError("the queue needs a name")\n'

    assert project.diagnostics(program) == "error: the queue needs a name"


def test_an_exception_is_shown_once_with_the_frames_of_the_program_only(project: Project):
    program = 'import json\n\njson.loads("{")\n'

    first, frame, line, last = project.diagnostics(program).splitlines()
    assert first == "error: Program failed with an unhandled exception:"
    assert frame == f'  File "{project.folder}/infra/__main__.py", line 3, in <module>'
    assert line.strip() == 'json.loads("{")'
    assert last.startswith("json.decoder.JSONDecodeError: Expecting property name")


def test_an_error_in_an_apply_names_the_line_of_the_program(project: Project):
    program = """
        import pulumi

        def size(value):
            raise ValueError("too large")

        pulumi.export("size", pulumi.Output.from_input(3).apply(size))
        """
    shown = project.diagnostics(program)

    assert shown.startswith("error: Program failed with an unhandled exception:\n")
    assert f'File "{project.folder}/infra/__main__.py", line 5, in size' in shown
    assert shown.count("ValueError: too large") == 1
    assert shown.endswith("ValueError: too large")
    assert "site-packages" not in shown


def test_a_missing_setting_says_how_to_set_it(project: Project):
    shown = project.diagnostics('import pulumi\n\npulumi.Config().require("size")\n')

    assert shown.startswith("error: Missing required configuration variable 'shop:size'")
    assert shown.endswith("please set a value using the command `pulumi config set shop:size <value>`")


def test_a_program_that_exits_with_a_number_fails_with_that_number(project: Project):
    shown = project.diagnostics("import sys\n\nsys.exit(3)\n")

    assert shown == "error: an unhandled error occurred: program exited with non-zero exit code: 3"


def test_a_program_that_exits_with_a_text_shows_it(project: Project):
    shown = project.diagnostics('import sys\n\nsys.exit("not today")\n')

    assert shown.splitlines()[0] == "not today"
    assert shown.endswith("program exited with non-zero exit code: 1")


def test_what_a_program_registered_before_an_exit_without_error_counts(project: Project):
    program = """
        import sys
        import pulumi

        pulumi.ComponentResource("shop:index:Shelf", "books")
        pulumi.export("shelves", 1)
        sys.exit()
        """
    result = project.preview(program)

    assert result.returncode == 0
    assert "shop:index:Shelf books create" in result.stdout
    assert "Outputs:\n    shelves: 1\n" in result.stdout


def test_a_folder_without_a_program_is_named(project: Project):
    shown = project.diagnostics(None)

    assert shown == f"error: unable to find main python program `__main__.py` in `{project.folder}/infra`"


def test_a_virtualenv_that_does_not_exist_is_named_with_the_fix(project: Project):
    file = project.folder / "Pulumi.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace(sys.prefix, "nowhere"), encoding="utf-8")
    try:
        result = project.preview("")
    finally:
        file.write_text(before, encoding="utf-8")

    assert result.returncode != 0
    told = result.stdout + result.stderr
    assert f"the option virtualenv names `{project.folder}/nowhere`, which has no bin/python" in told
    assert "hint: run `pulumi install`" in told


def test_about_names_the_python_that_runs_the_program(project: Project):
    result = project.run("about")

    assert f"executable='{sys.prefix}/bin/python'" in result.stdout


def test_install_makes_the_virtualenv_that_the_project_names(project: Project):
    file = project.folder / "Pulumi.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_text(f"name: shop\nmain: infra/\n{runtime('.made')}", encoding="utf-8")
    try:
        result = project.run("install")
    finally:
        file.write_text(before, encoding="utf-8")

    assert result.returncode == 0, result.stdout + result.stderr
    assert (project.folder / ".made" / "bin" / "python").exists()
