"""The readers of what customers say."""

from holdfast.insight.voice.queries.comments import (
    FILTERS,
    comment_list,
    comments_of,
    export_chips,
    export_columns,
    export_rows,
    filtered,
    listed,
    said_alike,
    visible_comments,
)
from holdfast.insight.voice.queries.drivers import Drivers, drivers
from holdfast.insight.voice.queries.found import found_topics, merges, open_proposals, words_of
from holdfast.insight.voice.queries.names import Names, topic_names
from holdfast.insight.voice.queries.needs import behind_topic, need_board, visible_needs
from holdfast.insight.voice.queries.repeats import AlikeGroup, alike_groups
from holdfast.insight.voice.queries.satisfaction import Satisfaction, satisfaction
from holdfast.insight.voice.queries.state import ReadingState, reading_state
from holdfast.insight.voice.queries.topics import Board, TopicRow, topic_board
from holdfast.insight.voice.queries.weights import weight_rule, weight_rules

__all__ = [
    "FILTERS",
    "AlikeGroup",
    "Board",
    "Drivers",
    "Names",
    "ReadingState",
    "Satisfaction",
    "TopicRow",
    "alike_groups",
    "behind_topic",
    "comment_list",
    "comments_of",
    "drivers",
    "export_chips",
    "export_columns",
    "export_rows",
    "filtered",
    "found_topics",
    "listed",
    "merges",
    "need_board",
    "open_proposals",
    "reading_state",
    "said_alike",
    "satisfaction",
    "topic_board",
    "topic_names",
    "visible_comments",
    "visible_needs",
    "weight_rule",
    "weight_rules",
    "words_of",
]
