"""The writers of readings, and of the company's own model."""

from holdfast.insight.voice.services.reading import ask_to_read, follow, read_comments, settle
from holdfast.insight.voice.services.training import stop_using, train, use_model

__all__ = ["ask_to_read", "follow", "read_comments", "settle", "stop_using", "train", "use_model"]
