"""Events that services deliver to functions: messages of queues, by event source mappings."""

from .queue_events import QueueEvents

__all__ = ["QueueEvents"]
