"""The name that Pulumi gives a resource: `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`."""

import re
from dataclasses import dataclass

__all__ = ["Urn"]

_URN = re.compile(
    r"urn:pulumi:(?P<stack>[\w.-]{1,100})::(?P<project>[\w.-]{1,100})::(?P<types>.+?)::(?P<name>.*)",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True)
class Urn:
    """One resource of one stack."""

    stack: str
    project: str
    types: tuple[str, ...]
    """Types of the components it is in, outermost first, and its own at the end."""
    name: str

    @classmethod
    def parse(cls, text: str) -> "Urn | None":
        """Return the parts of `text`, or None if it is no URN."""
        match = _URN.fullmatch(text)
        if match is None:
            return None
        return cls(match["stack"], match["project"], tuple(match["types"].split("$")), match["name"])

    @property
    def type(self) -> str:
        """Its own type: `aws:lambda/function:Function`."""
        return self.types[-1]

    @property
    def outermost(self) -> "Urn":
        """The component it is in, as far as the URN tells: it has the names of the types, not of the parents."""
        return Urn(self.stack, self.project, self.types[:1], self.name)

    @property
    def kind(self) -> str:
        """Its own type for people: `lambda.Function`, or `Function` for a component."""
        package, _, rest = self.type.partition(":")
        module, _, short = rest.rpartition(":")
        service = module.partition("/")[0]
        return f"{service}.{short}" if package == "aws" and service not in ("", "index") else short or self.type
