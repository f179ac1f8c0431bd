"""The sandbox's Pulumi provider: a table from type token to AWS calls."""

from .provider import Provider

__all__ = ["Provider"]
