"""API Gateway's HTTP APIs on loopback."""

from .gateway import Gateway

__all__ = ["Gateway"]
