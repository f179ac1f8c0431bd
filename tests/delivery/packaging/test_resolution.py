"""Which wheel a pin means: pip chooses once, for the target; what it brought, and what there is not, is remembered."""

import hashlib
from pathlib import Path

import pytest
from delivery.samples import ARM, X86, Index
from lambdaform_delivery.errors import ToolError, WheelError
from lambdaform_delivery.packaging import Target, resolution
from lambdaform_delivery.packaging.cache import Cache
from lambdaform_delivery.packaging.download import Refusal, download
from lambdaform_delivery.packaging.requirements import Pin, read_pins
from lambdaform_delivery.packaging.resolution import choose, wheel_content

LINUX_X86, LINUX_ARM = "manylinux2014_x86_64", "manylinux2014_aarch64"


def chosen(lock: str, target: Target, cache: Cache) -> list[str]:
    return [wheel.file_name for wheel in choose(read_pins(lock, "the lock", target), target, cache)]


@pytest.fixture
def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pins: list[Pin], target: Target, folder: Path) -> Refusal | None:
        raise AssertionError(f"pip is asked for {pins}")

    monkeypatch.setattr(resolution, "download", refuse)


def merged(*lines: str) -> str:
    """Return one pin that allows the files of several."""
    return " ".join([lines[0].split()[0], *(line.split()[1] for line in lines)]) + "\n"


def test_the_wheel_is_that_of_the_targets_python_machine_and_glibc(index: Index, cache: Cache):
    lock = merged(
        index.add(f"fast-1.0-cp313-cp313-{LINUX_X86}.whl"),
        index.add(f"fast-1.0-cp313-cp313-{LINUX_ARM}.whl"),
        index.add(f"fast-1.0-cp311-cp311-{LINUX_ARM}.whl"),
        index.add("fast-1.0-cp311-cp311-manylinux_2_28_aarch64.whl"),
        index.add("fast-1.0-cp313-cp313-manylinux_2_28_aarch64.whl"),
        index.add("fast-1.0-cp313-cp313-manylinux_2_99_aarch64.whl"),
        index.add("fast-1.0-cp313-cp313-musllinux_1_2_aarch64.whl"),
        index.add("fast-1.0-cp313-cp313-macosx_11_0_arm64.whl"),
        index.add("fast-1.0-cp313-cp313t-manylinux_2_28_aarch64.whl"),
    )
    assert chosen(lock, X86, cache) == [f"fast-1.0-cp313-cp313-{LINUX_X86}.whl"]
    assert chosen(lock, ARM, cache) == ["fast-1.0-cp313-cp313-manylinux_2_28_aarch64.whl"]
    assert chosen(lock, Target("3.11", "arm64"), cache) == [f"fast-1.0-cp311-cp311-{LINUX_ARM}.whl"]


def test_the_stable_abi_of_an_earlier_python_will_do(index: Index, cache: Cache):
    lock = index.add(f"fast-1.0-cp39-abi3-{LINUX_X86}.whl")
    assert chosen(lock, X86, cache) == [f"fast-1.0-cp39-abi3-{LINUX_X86}.whl"]


def test_a_pin_may_leave_out_the_local_part_of_a_version_but_the_wheel_says_it(index: Index, cache: Cache):
    lock = index.add("fast-1.0+cpu-py3-none-any.whl").replace("+cpu", "")
    wheel = choose(read_pins(lock, "the lock", X86), X86, cache)[0]
    assert (wheel.pin.version, wheel.version, wheel.file_name) == ("1.0", "1.0+cpu", "fast-1.0+cpu-py3-none-any.whl")


def test_pip_is_asked_once(index: Index, cache: Cache, request: pytest.FixtureRequest):
    lock = index.add("a-1.0-py3-none-any.whl") + index.add("b-1.0-py3-none-any.whl")
    first = chosen(lock, X86, cache)
    request.getfixturevalue("no_pip")
    assert chosen(lock, X86, cache) == first == ["a-1.0-py3-none-any.whl", "b-1.0-py3-none-any.whl"]


def test_only_new_pins_are_asked_for(index: Index, cache: Cache):
    old = index.add("a-1.0-py3-none-any.whl")
    chosen(old, X86, cache)
    index.remove_all()
    new = index.add("b-1.0-py3-none-any.whl")
    assert chosen(old + new, X86, cache) == ["a-1.0-py3-none-any.whl", "b-1.0-py3-none-any.whl"]


def test_a_choice_outlives_a_better_wheel_on_the_index(index: Index, cache: Cache):
    better = index.add(f"fast-1.0-cp313-cp313-{LINUX_X86}.whl")
    index.remove_all()
    lock = merged(index.add("fast-1.0-py3-none-any.whl"), better)
    assert chosen(lock, X86, cache) == ["fast-1.0-py3-none-any.whl"]
    index.add(f"fast-1.0-cp313-cp313-{LINUX_X86}.whl")
    assert chosen(lock, X86, cache) == ["fast-1.0-py3-none-any.whl"]


@pytest.mark.parametrize("damage", [b"", b"other bytes", None])
def test_a_damaged_or_missing_wheel_is_fetched_again(index: Index, cache: Cache, damage: bytes | None):
    pins = read_pins(index.add("a-1.0-py3-none-any.whl"), "the lock", X86)
    wheel = choose(pins, X86, cache)[0]
    if damage is None:
        cache.wheel(wheel.sha256).unlink()
    else:
        cache.wheel(wheel.sha256).write_bytes(damage)
    assert hashlib.sha256(wheel_content(wheel, X86, cache)).hexdigest() == wheel.sha256


@pytest.mark.parametrize(
    ("file_name", "reason"),
    [
        ("old-1.0-cp313-cp313-win_amd64.whl", "its wheels are for `cp313-cp313-win_amd64`"),
        ("old-1.0-cp312-cp312-manylinux2014_x86_64.whl", "its wheels are for `cp312-cp312-manylinux2014_x86_64`"),
        ("old-1.0.tar.gz", "there is only its source"),
    ],
)
def test_a_dependency_without_a_wheel_for_the_target_is_named_with_what_there_is(
    index: Index, cache: Cache, file_name: str, reason: str
):
    lock = add_file(index, file_name)
    with pytest.raises(WheelError, match=f"`old==1.0` has no wheel for python3.13 on x86_64: {reason}\nhint: pin"):
        chosen(lock, X86, cache)


def add_file(index: Index, file_name: str) -> str:
    if file_name.endswith(".whl"):
        return index.add(file_name)
    (index.folder / file_name).write_bytes(b"source")
    return f"old==1.0 --hash=sha256:{hashlib.sha256(b'source').hexdigest()}\n"


def test_once_known_it_is_refused_without_pip(index: Index, cache: Cache, request: pytest.FixtureRequest):
    lock = add_file(index, "old-1.0.tar.gz")
    with pytest.raises(WheelError) as first:
        chosen(lock, X86, cache)
    request.getfixturevalue("no_pip")
    with pytest.raises(WheelError) as second:
        chosen(lock, X86, cache)
    assert str(first.value) == str(second.value)


def test_a_version_that_no_index_has_is_asked_for_again(index: Index, cache: Cache):
    lock = index.add("a-1.0-py3-none-any.whl")
    index.remove_all()
    with pytest.raises(WheelError, match=r"no index of pip's configuration has `a==1.0`\nhint: correct the pin"):
        chosen(lock, X86, cache)
    index.add("a-1.0-py3-none-any.whl")
    assert chosen(lock, X86, cache) == ["a-1.0-py3-none-any.whl"]


def test_a_wheel_whose_hash_is_not_pinned_is_refused(index: Index, cache: Cache):
    index.add("a-1.0-py3-none-any.whl")
    with pytest.raises(WheelError, match=r"no hash pinned for `a` is that of its wheel for python3.13 on x86_64"):
        chosen(f"a==1.0 --hash=sha256:{'a' * 64}", X86, cache)
    assert not (cache.downloads / "wheels").exists()


def test_an_index_that_cannot_be_reached_is_not_taken_for_an_answer(
    index: Index, cache: Cache, monkeypatch: pytest.MonkeyPatch
):
    lock = add_file(index, "old-1.0.tar.gz")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:secret@127.0.0.1:1/simple")
    with pytest.raises(ToolError, match=r"the index of `old` cannot be reached: .*") as refused:
        chosen(lock, X86, cache)
    assert "secret" not in str(refused.value)
    assert not (cache.downloads / "choices").exists()


def test_constraints_of_the_environment_do_not_count(
    index: Index, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "constraints.txt").write_text("a<1\n")
    monkeypatch.setenv("PIP_CONSTRAINT", str(tmp_path / "constraints.txt"))
    assert chosen(index.add("a-1.0-py3-none-any.whl"), X86, cache) == ["a-1.0-py3-none-any.whl"]


def test_a_pip_py_in_the_working_folder_is_not_run(
    index: Index, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "pip.py").write_text("raise SystemExit('the wrong pip')\n")
    monkeypatch.chdir(tmp_path)
    assert chosen(index.add("a-1.0-py3-none-any.whl"), X86, cache) == ["a-1.0-py3-none-any.whl"]


def test_a_failing_pip_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lambdaform_delivery.packaging.download.sys.executable", "false")
    with pytest.raises(ToolError, match="pip failed: it printed nothing"):
        download([Pin("a", "1.0", ("a" * 64,))], X86, tmp_path)
