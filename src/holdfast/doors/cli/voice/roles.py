"""What the columns of a comment file can be, and what people call them."""

from holdfast.common.sheets import Role
from holdfast.doors.cli.orders.roles import CUSTOMER


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


TEXT = Role(
    "text",
    "text",
    _names(
        """
        评论, 评论内容, 评论正文, 评价内容, 评价, 点评, 点评内容, 留言, 留言内容, 反馈, 反馈内容, 意见, 意见内容, 建议,
        客户意见, 客户之声, 客户原声, 原声, 投诉内容, 问题描述, 内容, 正文, 文本, 文字, 句子, 语句, 原文, 问题, 问句,
        comment, comments, comment text, review, reviews, review text, review body, review content, text, content,
        feedback, feedback text, body, message, sentence, sentences, utterance, query, question, verbatim, remark,
        remarks, complaint text, note, notes, opinion, tweet, document, text a, description
        """
    ),
)
ASPECT = Role(
    "aspect",
    "text",
    _names(
        """
        方面, 评价对象, 评价方面, 方面词, 属性, 属性词, 评价维度, 维度, 要素, 对象, aspect, aspect term, aspect terms,
        term, target, aspect category, attribute, entity
        """
    ),
)
COMMENT_ROLES = (TEXT, ASPECT, CUSTOMER)
