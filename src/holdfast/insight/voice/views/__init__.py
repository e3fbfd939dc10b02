"""Pages of what customers say."""

from holdfast.insight.voice.views.comments import comment, comments, comments_export, panel, read, unread
from holdfast.insight.voice.views.found import (
    found,
    found_accept,
    found_dismiss,
    found_reopen,
    found_search,
    found_undo,
)
from holdfast.insight.voice.views.model import model, model_stop, model_train, model_use
from holdfast.insight.voice.views.needs import need, need_archive, need_edit, need_list, need_new
from holdfast.insight.voice.views.repeats import alike
from holdfast.insight.voice.views.satisfaction import satisfaction
from holdfast.insight.voice.views.topics import topic_add, topic_merge, topic_rename, topic_split, topic_undo, topics
from holdfast.insight.voice.views.weights import weights

__all__ = [
    "alike",
    "comment",
    "comments",
    "comments_export",
    "found",
    "found_accept",
    "found_dismiss",
    "found_reopen",
    "found_search",
    "found_undo",
    "model",
    "model_stop",
    "model_train",
    "model_use",
    "need",
    "need_archive",
    "need_edit",
    "need_list",
    "need_new",
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
    "weights",
]
