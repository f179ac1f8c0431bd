"""The provider as Pulumi's engine reaches it: over gRPC, on loopback."""

from .provider_server import ProviderServer

__all__ = ["ProviderServer"]
