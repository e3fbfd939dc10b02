"""What columns can mean in files of what customers said: complaints, reviews, answers to surveys."""

# ruff: noqa: E501 -- a table reads best with one field a line

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from holdfast.doors.intake.rules.fields import Field, words
from holdfast.doors.intake.rules.owned_fields import CONTACT, CUSTOMER_KEYS
from holdfast.records.feedback.rules import TEXT_LENGTH

COMMENTS_FIELDS = (
    *CUSTOMER_KEYS,
    Field("text", "text", pgettext_lazy("column", "客户原话"), words("客户原话|customer comment|原话|评价内容|评价|评论|评论内容|反馈内容|反馈|意见|意见建议|建议|投诉内容|留言|内容|描述|comment|comments|feedback|review|review text|complaint|text|verbatim|content|description|message"), limit=TEXT_LENGTH),
    Field("said_at", "moment", pgettext_lazy("column", "什么时候说的"), words("什么时候说的|said at|评价时间|评论时间|反馈时间|反馈日期|投诉时间|投诉日期|提交时间|答题时间|填写时间|日期|时间|said on|date|time|created at|submitted at|submission date|response date|review date"), required=True),
    Field("channel", "choice", pgettext_lazy("column", "从哪里听到"), words("从哪里听到|heard through|渠道|来源|反馈渠道|评价渠道|类型|channel|source|type"), limit=40, choices="comment_channel"),
    Field("csat", "quantity", pgettext_lazy("column", "满意度（1–5）"), words("满意度（1–5）|satisfaction (1–5)|满意度|满意度评分|满意度得分|总体满意度|评分|星级评分|评价星级|csat|satisfaction|satisfaction score|rating|stars")),
    Field("nps", "quantity", pgettext_lazy("column", "推荐分（0–10）"), words("推荐分（0–10）|recommendation (0–10)|推荐分|推荐意愿|推荐度|净推荐值|nps|nps score|likelihood to recommend|recommend")),
    Field("attitude", "quantity", pgettext_lazy("column", "服务态度（1–5）"), words("服务态度（1–5）|attitude (1–5)|服务态度|态度|服务态度评分|attitude|service attitude")),
    Field("quality", "quantity", pgettext_lazy("column", "产品质量（1–5）"), words("产品质量（1–5）|quality (1–5)|产品质量|质量|产品质量评分|product quality|quality")),
    Field("communication", "quantity", pgettext_lazy("column", "沟通（1–5）"), words("沟通（1–5）|communication (1–5)|沟通|沟通评分|communication")),
    Field("timeliness", "quantity", pgettext_lazy("column", "时间（1–5）"), words("时间（1–5）|timeliness (1–5)|及时性|时效|速度|timeliness|speed")),
    Field("order", "id", pgettext_lazy("column", "订单号"), words("订单号|订单编号|销售单号|关联订单|order number|order no|order id|order"), limit=60),
    CONTACT,
    Field("author", "author", pgettext_lazy("column", "记录人"), words("记录人|recorded by|客服|受理人|处理人|业务员|创建人|author|by|agent|assigned to|created by"), limit=60),
)  # fmt: skip
