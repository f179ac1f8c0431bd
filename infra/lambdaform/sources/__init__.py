"""What feeds events to a function, one source a file."""

from .queue_source import QueueSource, QueueSourceArgs

__all__ = ["QueueSource", "QueueSourceArgs"]
