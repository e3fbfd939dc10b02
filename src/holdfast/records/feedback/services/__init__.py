"""The writers of comments and topics."""

from holdfast.records.feedback.services.comments import (
    CommentRow,
    add_comment,
    add_comments,
    correct_comment,
    remove_comment,
)
from holdfast.records.feedback.services.following import register_follower
from holdfast.records.feedback.services.reading import confirm_reading, withdraw_reading
from holdfast.records.feedback.services.topics import add_topic, ensure_topics, merge_topics, rename_topic, split_topic

__all__ = [
    "CommentRow",
    "add_comment",
    "add_comments",
    "add_topic",
    "confirm_reading",
    "correct_comment",
    "ensure_topics",
    "merge_topics",
    "register_follower",
    "remove_comment",
    "rename_topic",
    "split_topic",
    "withdraw_reading",
]
