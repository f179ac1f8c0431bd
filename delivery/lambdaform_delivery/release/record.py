"""The permanent record in an alias's description: what is live, what was before it, what turned out bad."""

from dataclasses import dataclass

__all__ = ["CodeVersion", "Record", "short_digest"]

_DIGEST_CHARACTERS = 8
_MOST_PREVIOUS = 3
_MOST_BAD = 3


@dataclass(frozen=True)
class CodeVersion:
    """A version number and what its code is recognised by, however often it is published."""

    number: str
    digest: str = ""
    """First 8 characters of CodeSha256; empty where nobody has read it."""

    @classmethod
    def parse(cls, text: str) -> "CodeVersion":
        """Read `7` or `7:1a2b3c4d`."""
        number, _, digest = text.partition(":")
        return cls(number, digest)

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}" if self.digest else self.number


@dataclass(frozen=True)
class Record:
    """The past of an alias, newest first."""

    live: CodeVersion
    previous: tuple[str, ...] = ()
    """Numbers that were live before; the first is what `rollback` returns to. At most 3."""
    bad: tuple[CodeVersion, ...] = ()
    """Code that was rolled back because of what it did; it is not released again. At most 3."""

    @classmethod
    def parse(cls, fields: "dict[str, str]") -> "Record":
        """Read the fields `live`, `prev` and `bad`."""
        return cls(
            live=CodeVersion.parse(fields["live"]),
            previous=tuple(number for number in fields.get("prev", "").split(",") if number),
            bad=tuple(CodeVersion.parse(text) for text in fields.get("bad", "").split(",") if text),
        )

    def promoted(self, version: CodeVersion) -> "Record":
        """Return the record once `version` is live in place of the present one."""
        before = (self.live.number, *self.previous)
        previous = tuple(number for number in before if number != version.number)[:_MOST_PREVIOUS]
        return Record(version, previous, tuple(bad for bad in self.bad if bad.number != version.number))

    def rolled_back(self, number: str) -> "Record":
        """Return the record once the live version was found bad and this one serves again."""
        previous = tuple(each for each in self.previous if each != number)
        return Record(CodeVersion(number), previous, self.bad).condemned(self.live)

    @property
    def is_rolled_back(self) -> bool:
        """Whether the live version serves because a newer one was bad."""
        return bool(self.bad) and _ordinal(self.bad[0].number) > _ordinal(self.live.number)

    def condemned(self, version: CodeVersion) -> "Record":
        """Return the record with one more piece of bad code."""
        others = tuple(bad for bad in self.bad if bad != version)
        return Record(self.live, self.previous, (version, *others)[:_MOST_BAD])

    def condemns(self, version: CodeVersion) -> CodeVersion | None:
        """Return the bad version with the same code, if there is one; the number alone does not matter."""
        return next((bad for bad in self.bad if bad.digest and bad.digest == version.digest), None)

    def __str__(self) -> str:
        lists = {"prev": ",".join(self.previous), "bad": ",".join(map(str, self.bad))}
        return " ".join([f"live={self.live}", *(f"{key}={value}" for key, value in lists.items() if value)])


def short_digest(code_sha256: str) -> str:
    """Return what a record keeps of a CodeSha256."""
    return code_sha256[:_DIGEST_CHARACTERS]


def _ordinal(number: str) -> int:
    return int(number) if number.isdecimal() else 0
