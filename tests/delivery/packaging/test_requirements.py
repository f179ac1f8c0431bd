"""The lock: exact versions with hashes; every other line is refused, by number."""

import pytest
from delivery.samples import ARM, X86
from lambdaform_delivery.errors import RequirementsError
from lambdaform_delivery.packaging import Target
from lambdaform_delivery.packaging.requirements import Pin, read_pins

A, B = "a" * 64, "b" * 64


def pins(text: str, target: Target = ARM) -> list[Pin]:
    return list(read_pins(text, "`requirements.txt`", target))


def test_a_pin_is_a_name_a_version_and_its_hashes():
    assert pins(f"anyascii==0.3.3 --hash=sha256:{A}") == [Pin("anyascii", "0.3.3", (A,))]


def test_a_pin_may_continue_over_lines_and_carry_comments():
    text = f"# made by a tool\nanyascii==0.3.3 \\\n    --hash=sha256:{B} \\\n    --hash=sha256:{A}\n    # via -r x\n"
    assert pins(text) == [Pin("anyascii", "0.3.3", (A, B))]


def test_the_last_line_may_end_in_a_continuation():
    assert pins(f"anyascii==0.3.3 --hash=sha256:{A} \\") == [Pin("anyascii", "0.3.3", (A,))]


def test_names_and_versions_are_normalised():
    assert pins(f"Ruamel_Yaml == 1.0RC1 --hash sha256:{A}") == [Pin("ruamel-yaml", "1.0rc1", (A,))]


def test_extras_do_not_change_the_pin():
    assert pins(f"requests[socks]==2.0 --hash=sha256:{A}") == [Pin("requests", "2.0", (A,))]


def test_pins_come_by_name_whatever_the_order_of_lines():
    assert [pin.name for pin in pins(f"b==1 --hash=sha256:{A}\na==1 --hash=sha256:{A}\n")] == ["a", "b"]


def test_an_empty_lock_has_no_pins():
    assert pins("\n# nothing\n\n") == []


def test_markers_are_those_of_the_target():
    text = (
        f"arm==1 ; platform_machine == 'aarch64' --hash=sha256:{A}\n"
        f"intel==1 ; platform_machine == 'x86_64' --hash=sha256:{A}\n"
        f"windows==1 ; sys_platform == 'win32' --hash=sha256:{A}\n"
    )
    assert [[pin.name for pin in pins(text, target)] for target in (ARM, X86)] == [["arm"], ["intel"]]


def test_one_name_may_have_a_version_for_each_python():
    text = f"a==1 ; python_version < '3.12' --hash=sha256:{A}\na==2 ; python_version >= '3.12' --hash=sha256:{B}\n"
    assert [pins(text, Target(python))[0].version for python in ("3.11", "3.12")] == ["1", "2"]


def test_the_same_pin_twice_is_one():
    assert len(pins(f"a==1 --hash=sha256:{A}\na==1 --hash=sha256:{A}\n")) == 1


def test_two_versions_of_one_name_are_refused():
    with pytest.raises(RequirementsError, match=r"`requirements.txt` line 2 pins `a==2`, but `a==1` is pinned before"):
        pins(f"a==1 --hash=sha256:{A}\nA==2 --hash=sha256:{A}\n")


@pytest.mark.parametrize("requirement", ["a", "a>=1", "a==1.*", "a~=1.0", "a===1", "a==1,!=2"])
def test_anything_but_one_exact_version_is_refused(requirement: str):
    with pytest.raises(RequirementsError, match=r"line 1: `a` is not pinned with `==` to one version\nhint: "):
        pins(f"{requirement} --hash=sha256:{A}")


def test_a_pin_without_a_hash_is_refused_with_the_command_that_writes_them():
    with pytest.raises(RequirementsError, match=r"line 3: `a` has no `--hash`\nhint: .*--generate-hashes"):
        pins("\n\na==1\n")


@pytest.mark.parametrize("value", ["md5:" + "a" * 32, "sha256:abc", "sha256:" + "A" * 64, "sha512:" + "a" * 128])
def test_a_hash_of_another_kind_is_refused(value: str):
    with pytest.raises(RequirementsError, match="a hash of `a` is not `sha256:` and 64 hex digits"):
        pins(f"a==1 --hash={value}")


@pytest.mark.parametrize(
    "option", ["-r", "--requirement", "-c", "-e", "--index-url", "-i", "--extra-index-url", "--find-links", "--pre"]
)
def test_options_are_refused_by_name_and_line(option: str):
    with pytest.raises(RequirementsError, match=f"line 2: `{option}` is not read\nhint: "):
        pins(f"# a comment\n{option} value\n")


def test_an_address_is_not_repeated_since_it_may_hold_a_password():
    with pytest.raises(RequirementsError) as refused:
        pins("--index-url=https://user:secret@packages.example/simple\n")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("line", ["a @ https://x.example/a.whl", "git+https://x.example/a", "./lib", "/lib", "../lib"])
def test_addresses_and_paths_are_refused(line: str):
    with pytest.raises(RequirementsError, match="line 1: an address or a path is not a pinned version"):
        pins(f"{line} --hash=sha256:{A}")


def test_what_is_no_requirement_is_quoted():
    with pytest.raises(RequirementsError, match="line 1: `a==1 b` is not a requirement: "):
        pins(f"a==1 b --hash=sha256:{A}")
