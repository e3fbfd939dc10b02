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
    visible_comments,
)
from holdfast.insight.voice.queries.names import Names, topic_names
from holdfast.insight.voice.queries.satisfaction import Satisfaction, satisfaction
from holdfast.insight.voice.queries.state import ReadingState, reading_state
from holdfast.insight.voice.queries.topics import Board, TopicRow, topic_board

__all__ = [
    "FILTERS",
    "Board",
    "Names",
    "ReadingState",
    "Satisfaction",
    "TopicRow",
    "comment_list",
    "comments_of",
    "export_chips",
    "export_columns",
    "export_rows",
    "filtered",
    "listed",
    "reading_state",
    "satisfaction",
    "topic_board",
    "topic_names",
    "visible_comments",
]
