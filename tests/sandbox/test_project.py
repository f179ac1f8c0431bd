"""What `Project.load` makes of Pulumi.yaml and a stack file: the same as Pulumi's CLI, or one clear error."""

from pathlib import Path
from textwrap import dedent

import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.project import Project, find_project

DECLARED = """
    name: shop
    runtime: python
    main: infra/
    config:
      limit: {type: integer}
      public: {type: boolean, default: false}
      people: {type: array, items: {type: object}, default: []}
      greeting: {type: string, default: hello}
      "aws:region": {value: eu-north-1}
"""


def project_folder(folder: Path, stack_file: str, project_file: str = DECLARED) -> Path:
    (folder / "infra").mkdir()
    (folder / "infra" / "__main__.py").touch()
    (folder / "Pulumi.yaml").write_text(dedent(project_file))
    (folder / "Pulumi.sandbox.yaml").write_text(dedent(stack_file))
    return folder


def config(folder: Path, stack_file: str, project_file: str = DECLARED) -> dict[str, str]:
    return dict(Project.load(project_folder(folder, stack_file, project_file), "sandbox").config)


def refusal(folder: Path, stack_file: str, project_file: str = DECLARED, stack: str = "sandbox") -> str:
    with pytest.raises(SandboxError) as raised:
        Project.load(project_folder(folder, stack_file, project_file), stack)
    return str(raised.value)


def test_a_project_knows_its_name_its_program_and_its_folder(tmp_path: Path):
    project = Project.load(project_folder(tmp_path, "config: {shop:limit: 5}"), "sandbox")
    assert (project.name, project.stack) == ("shop", "sandbox")
    assert project.main == tmp_path / "infra"
    assert project.folder == tmp_path


def test_values_of_the_stack_win_over_defaults_and_all_values_are_text(tmp_path: Path):
    found = config(tmp_path, "config: {shop:limit: 5, shop:public: true, shop:people: [{name: Ada, born: 1815}]}")
    assert found == {
        "shop:limit": "5",
        "shop:public": "true",
        "shop:people": '[{"name":"Ada","born":1815}]',
        "shop:greeting": "hello",
        "aws:region": "eu-north-1",
    }


def test_a_key_without_a_namespace_belongs_to_the_project(tmp_path: Path):
    assert config(tmp_path, "config: {limit: 5}")["shop:limit"] == "5"


def test_a_bare_value_in_the_project_file_is_a_value_for_every_stack(tmp_path: Path):
    project_file = "{name: shop, main: infra/, config: {'aws:region': eu-west-3, 'shop:sizes': {a: 1}}}"
    assert config(tmp_path, "config: {}", project_file) == {"aws:region": "eu-west-3", "shop:sizes": '{"a":1}'}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("2026-01-01", "2026-01-01"),
        ("12:30", "12:30"),
        ("true", "true"),
        ("TRUE", "true"),
        ("0.5", "0.5"),
        ("'5'", "5"),
        ("012345678901", "012345678901"),
    ],
)
def test_yaml_keeps_what_only_looks_like_a_date_a_time_or_a_boolean(tmp_path: Path, written: str, read: str):
    assert config(tmp_path, f"config: {{limit: 1, other: {written}}}")["shop:other"] == read


def test_a_number_may_be_written_as_text(tmp_path: Path):
    assert config(tmp_path, "config: {limit: '7'}")["shop:limit"] == "7"


def test_every_missing_value_and_every_wrong_type_is_said_at_once(tmp_path: Path):
    said = refusal(tmp_path, "config: {shop:public: maybe, shop:people: [Ada]}")
    assert "`shop:limit` is missing and has no default" in said
    assert "`shop:public` must be of type boolean, not string" in said
    assert "`shop:people` must be a list in which every item is of type object, not string" in said


def test_a_boolean_is_no_integer(tmp_path: Path):
    assert "`shop:limit` must be of type integer, not boolean" in refusal(tmp_path, "config: {limit: true}")


def test_a_secret_is_refused_by_name_and_never_shown(tmp_path: Path):
    said = refusal(tmp_path, "config: {limit: 5, shop:token: {secure: v1:abcdef:ghijkl}}")
    assert "`shop:token` is a secret, and the sandbox keeps none" in said
    assert "abcdef" not in said


def test_a_secret_inside_an_object_is_refused_too(tmp_path: Path):
    assert "is a secret" in refusal(tmp_path, "config: {limit: 5, shop:nested: {list: [{secure: v1:abc:def}]}}")


def test_a_key_declared_secret_is_refused(tmp_path: Path):
    project_file = "{name: shop, main: infra/, config: {token: {type: string, secret: true}}}"
    assert "`shop:token` is a secret" in refusal(tmp_path, "config: {shop:token: plain}", project_file)


def test_an_imported_environment_is_refused(tmp_path: Path):
    assert "imports an environment" in refusal(tmp_path, "{environment: [production], config: {limit: 5}}")


def test_an_unknown_stack_is_refused_with_those_that_exist(tmp_path: Path):
    with pytest.raises(SandboxError, match=r"no stack `production`: there is no `Pulumi.production.yaml`") as raised:
        Project.load(project_folder(tmp_path, "config: {limit: 5}"), "production")
    assert "sandbox" in str(raised.value.hint)


def test_a_key_that_comes_twice_is_refused(tmp_path: Path):
    assert "`limit` comes twice" in refusal(tmp_path, "config:\n  limit: 5\n  limit: 6\n")


def test_broken_yaml_is_refused_with_its_file(tmp_path: Path):
    assert "Pulumi.sandbox.yaml` is not valid YAML" in refusal(tmp_path, "config: [")


def test_a_project_file_without_a_name_is_refused(tmp_path: Path):
    assert "no `name`" in refusal(tmp_path, "config: {}", "runtime: python")


def test_a_program_that_is_not_there_is_refused(tmp_path: Path):
    assert "`main: elsewhere`" in refusal(tmp_path, "config: {}", "{name: shop, main: elsewhere}")


def test_an_empty_stack_file_is_a_stack_without_values(tmp_path: Path):
    assert config(tmp_path, "", "{name: shop, main: infra/}") == {}


def test_allowed_accounts_are_text_even_where_yaml_made_numbers_of_them(tmp_path: Path):
    stack_file = "config: {limit: 5, 'aws:allowedAccountIds': [123456789012, '000000000000']}"
    project = Project.load(project_folder(tmp_path, stack_file), "sandbox")
    assert project.allowed_account_ids == ("123456789012", "000000000000")


def test_default_tags_are_those_of_the_stack(tmp_path: Path):
    stack_file = "config: {limit: 5, 'aws:defaultTags': {tags: {team: search, cost: 42}}}"
    project = Project.load(project_folder(tmp_path, stack_file), "sandbox")
    assert project.default_tags == {"team": "search", "cost": "42"}


def test_the_region_is_us_east_1_unless_the_stack_says_otherwise(tmp_path: Path):
    assert Project.load(project_folder(tmp_path, "", "{name: shop, main: infra/}"), "sandbox").region == "us-east-1"


def test_the_project_is_found_from_any_folder_below_it(tmp_path: Path):
    folder = project_folder(tmp_path, "")
    assert find_project(folder / "infra") == folder


def test_outside_a_project_the_search_ends_with_a_clear_error(tmp_path: Path):
    with pytest.raises(SandboxError, match=r"no Pulumi.yaml in .* or above it"):
        find_project(tmp_path)
