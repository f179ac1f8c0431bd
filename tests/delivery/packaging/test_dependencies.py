"""Dependencies: all wheels of a lock as one archive, made once."""

import io
import zipfile

import pytest
from delivery.samples import ARM, ARM_OBJECT, X86, X86_OBJECT, keep_wheel
from lambdaform_delivery.errors import SizeError, WheelError
from lambdaform_delivery.packaging import dependencies, sizes
from lambdaform_delivery.packaging.cache import Cache
from lambdaform_delivery.packaging.dependencies import Dependencies, load_dependencies

ANY = "py3-none-any.whl"


def load(cache: Cache, *wheels: dict[str, str | bytes]) -> Dependencies:
    kept = [keep_wheel(cache, f"{'abc'[place]}-1.0-{ANY}", files) for place, files in enumerate(wheels)]
    return load_dependencies(kept, X86, cache)


def test_the_archive_holds_every_wheels_files_wheel_by_wheel(cache: Cache):
    loaded = load(cache, {"z.py": "z = 1", "a/b.py": "b = 1"}, {"b.py": ""})
    with zipfile.ZipFile(io.BytesIO(loaded.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert archive.read("z.py") == b"z = 1"
    assert names == [
        *("a-1.0.dist-info/METADATA", "a-1.0.dist-info/WHEEL", "a/b.py", "z.py"),
        *("b-1.0.dist-info/METADATA", "b-1.0.dist-info/WHEEL", "b.py"),
    ]


def test_its_size_is_the_sum_of_the_contents(cache: Cache):
    with zipfile.ZipFile(io.BytesIO(load(cache, {"z.py": "z" * 999}).content)) as archive:
        sizes_of_files = [info.file_size for info in archive.infolist()]
    assert load(cache, {"z.py": "z" * 999}).unpacked_bytes == sum(sizes_of_files) > 999


def test_no_dependencies_are_an_empty_archive(cache: Cache):
    loaded = load(cache)
    assert (loaded.names, loaded.unpacked_bytes, loaded.archive.count) == ((), 0, 0)


def test_the_second_time_nothing_is_unpacked(cache: Cache, monkeypatch: pytest.MonkeyPatch):
    first = load(cache, {"z.py": ""})
    monkeypatch.delattr(dependencies, "read_wheel")
    assert load(cache, {"z.py": ""}) == first


@pytest.mark.parametrize("suffix", ["zip", "json"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", None])
def test_a_damaged_or_missing_file_of_the_cache_is_made_again(cache: Cache, suffix: str, damage: bytes | None):
    first = load(cache, {"z.py": ""})
    file = next((cache.work / "dependencies").glob(f"*.{suffix}"))
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    assert load(cache, {"z.py": ""}) == first


def test_the_same_file_of_two_wheels_is_packaged_once(cache: Cache):
    loaded = load(cache, {"google/__init__.py": "same"}, {"google/__init__.py": "same"})
    assert loaded.names.count("google/__init__.py") == loaded.archive.count - 4 == 1


def test_another_file_of_the_same_name_is_refused(cache: Cache):
    with pytest.raises(
        WheelError, match=r"`a==1.0` and `b==1.0` both bring `x/y.py`, but not the same\nhint: pin only one"
    ):
        load(cache, {"x/y.py": "1"}, {"x/y.py": "2"})


def test_a_file_that_is_a_folder_of_another_wheel_is_refused(cache: Cache):
    with pytest.raises(WheelError, match=r"`x` of `b==1.0` is a folder of another wheel"):
        load(cache, {"x/y.py": "1"}, {"x": "2"})


def test_a_wheel_whose_library_is_for_another_machine_is_refused(cache: Cache):
    wheel = keep_wheel(cache, "fast-1.0-cp313-cp313-manylinux2014_x86_64.whl", {"fast/_c.so": ARM_OBJECT})
    with pytest.raises(
        WheelError, match=r"`fast/_c\.so` of `fast-1.0-.*` is built for aarch64, the function runs on x86_64"
    ):
        load_dependencies([wheel], X86, cache)


def test_what_was_checked_for_one_machine_is_checked_for_the_other(cache: Cache):
    wheel = keep_wheel(cache, f"fast-1.0-{ANY}", {"fast/_c.so": X86_OBJECT})
    assert load_dependencies([wheel], X86, cache).archive.count == 3
    with pytest.raises(WheelError, match="is built for x86_64, the function runs on aarch64"):
        load_dependencies([wheel], ARM, cache)


def test_more_than_lambda_takes_is_refused(cache: Cache, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sizes, "LARGEST_UNPACKED_BYTES", 1000)
    with pytest.raises(SizeError, match="the set of dependencies is larger than 250 MB unpacked"):
        load(cache, {"a.bin": bytes(600)}, {"b.bin": bytes(600)})


@pytest.mark.parametrize(
    ("own", "clash"),
    [
        ("a/b.py", "a/b.py"),
        ("a", "a/b.py"),
        ("z.py/x", "z.py"),
        ("a/c.py", None),
        ("a.py", None),
        ("zz", None),
    ],
)
def test_a_name_clashes_with_a_file_or_folder_of_a_dependency(cache: Cache, own: str, clash: str | None):
    assert load(cache, {"a/b.py": "", "z.py": ""}).clash(own) == clash
