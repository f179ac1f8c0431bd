"""Compiled files are for one machine only."""

import pytest
from delivery.samples import ARM, ARM_OBJECT, X86, X86_OBJECT, elf
from lambdaform_delivery.packaging.machine import foreign_machine


def test_a_shared_object_for_the_targets_machine_is_no_foreigner():
    assert foreign_machine("a.so", X86_OBJECT, X86) is None
    assert foreign_machine("a.so", ARM_OBJECT, ARM) is None


def test_a_shared_object_for_the_other_machine_is_named():
    assert foreign_machine("a.so", X86_OBJECT, ARM) == "x86_64"
    assert foreign_machine("a.so", ARM_OBJECT, X86) == "aarch64"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (elf(3, bits=1), "i386"),
        (elf(40, bits=1), "arm"),
        (elf(22, byte_order=2), "s390x"),
        (elf(9999), "machine 9999"),
        (elf(62, bits=1), "another kind of x86_64"),
        (b"\xcf\xfa\xed\xfe" + bytes(60), "macOS"),
    ],
)
def test_what_was_built_elsewhere_is_named(content: bytes, name: str):
    assert foreign_machine("fast.cpython-313-x86_64-linux-gnu.so", content, X86) == name


def test_a_program_is_checked_whatever_its_name_is():
    assert foreign_machine("bin/tool", ARM_OBJECT, X86) == "aarch64"


@pytest.mark.parametrize("content", [b"", b"\x7fEL", b"import this\n", b"\xca\xfe\xba\xbe of a Java class"])
def test_other_files_are_for_every_machine(content: bytes):
    assert foreign_machine("data.bin", content, X86) is None


def test_a_cut_off_header_is_no_library_of_the_target():
    assert foreign_machine("a.so", b"\x7fELF", X86) == "machine 0"
