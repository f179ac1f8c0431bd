"""For which machine a compiled file was built, read from its first bytes."""

from .target import Target

__all__ = ["foreign_machine"]

_ELF = b"\x7fELF"
_ELF_64_BITS, _ELF_LITTLE_ENDIAN = 2, 1
_ELF_MACHINES = {3: "i386", 21: "ppc64", 22: "s390x", 40: "arm", 62: "x86_64", 183: "aarch64", 243: "riscv"}
_MAC_OS = (b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def foreign_machine(name: str, content: bytes, target: Target) -> str | None:
    """Return the machine a compiled file is for if that is not the target's; None for all other files."""
    machine = _machine(name, content)
    return machine if machine != target.machine else None


def _machine(name: str, content: bytes) -> str | None:
    if content.startswith(_ELF):
        return _elf_machine(content)
    is_library = name.endswith((".so", ".dylib"))
    return "macOS" if is_library and content.startswith(_MAC_OS) else None


def _elf_machine(content: bytes) -> str:
    bits, byte_order = content[4:5], content[5:6]
    number = int.from_bytes(content[18:20], "little" if byte_order == bytes([_ELF_LITTLE_ENDIAN]) else "big")
    name = _ELF_MACHINES.get(number, f"machine {number}")
    is_usual = bits == bytes([_ELF_64_BITS]) and byte_order == bytes([_ELF_LITTLE_ENDIAN])
    return name if is_usual or number not in (62, 183) else f"another kind of {name}"
