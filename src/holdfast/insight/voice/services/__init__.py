"""The writers of readings, of how voices are weighed, of found topics and needs, and of the company's own model."""

from holdfast.insight.voice.services.found import accept_topic, dismiss_topic, find_topics, reopen_topic
from holdfast.insight.voice.services.needs import archive_need, keep_need, promise_for
from holdfast.insight.voice.services.reading import ask_to_read, follow, read_comments, settle
from holdfast.insight.voice.services.repeats import group_if_few, group_repeats
from holdfast.insight.voice.services.training import stop_using, train, use_model
from holdfast.insight.voice.services.weights import change_weights

__all__ = [
    "accept_topic",
    "archive_need",
    "ask_to_read",
    "change_weights",
    "dismiss_topic",
    "find_topics",
    "follow",
    "group_if_few",
    "group_repeats",
    "keep_need",
    "promise_for",
    "read_comments",
    "reopen_topic",
    "settle",
    "stop_using",
    "train",
    "use_model",
]
