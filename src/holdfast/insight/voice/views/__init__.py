"""Pages of what customers say."""

from holdfast.insight.voice.views.comments import comment, comments, comments_export, panel, read, unread
from holdfast.insight.voice.views.model import model, model_stop, model_train, model_use
from holdfast.insight.voice.views.satisfaction import satisfaction
from holdfast.insight.voice.views.topics import topic_add, topic_merge, topic_rename, topic_split, topic_undo, topics

__all__ = [
    "comment",
    "comments",
    "comments_export",
    "model",
    "model_stop",
    "model_train",
    "model_use",
    "panel",
    "read",
    "satisfaction",
    "topic_add",
    "topic_merge",
    "topic_rename",
    "topic_split",
    "topic_undo",
    "topics",
    "unread",
]
