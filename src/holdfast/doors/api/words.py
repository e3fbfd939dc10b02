"""The sentences of the API's refusals, by code: what happened and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from holdfast.common import formats

PROBLEMS: Mapping[str, Promise] = {
    "no_token": _("缺少令牌。请在 Authorization 请求头里写 Bearer 和令牌；令牌在「我的账户 · API 令牌」里建。"),
    "bad_token": _("这个令牌无效、已过期或已撤销，或者本人账号已停用。请换一个令牌。"),
    "no_right": _("这个令牌没有所需的权限：%(words)s。请建一个带这些权限的令牌，或向系统管理员申请。"),
    "forbidden": _("您不能这样做。请找归属人或系统管理员。"),
    "not_found": _("没有找到，或不在您的数据范围内。请核对地址里的编号。"),
    "no_address": _("没有这个地址。所有地址见 /api/docs/。"),
    "bad_method": _("这个地址不支持 %(method)s，只支持 %(known)s。"),
    "bad_json": _("请求体不是有效的 JSON。请检查引号、逗号和编码（UTF-8）。"),
    "bad_text": _("文字里有不能保存的字符（空字符或残缺的编码）。请去掉后再发。"),
    "bad_number": _("数字太大，超出可记录的范围。请核对后再发。"),
    "too_deep": _("请求体嵌套太深。请照文档里的格式发。"),
    "too_large": _("请求体太大，最多 %(limit)s MB。请分几次发。"),
    "bad_type": _("请求体要是 JSON。请把 Content-Type 设为 application/json。"),
    "bad_form_type": _("文件要用表单发。请把 Content-Type 设为 multipart/form-data。"),
    "bad_form": _("表单读不出来。请检查 multipart/form-data 的分隔和各项。"),
    "unknown_parameter": _("没有“%(name)s”这个查询参数。可用的有：%(known)s。"),
    "bad_parameter": _("查询参数“%(name)s”的值不对，应为 %(kind)s。请照文档改正。"),
    "bad_choice": _("“%(name)s”没有这个值。可选：%(options)s。"),
    "not_known": _("“%(name)s”指的那一项不存在，或不在您的范围内。请核对编号。"),
    "not_together": _("“%(name)s”不能与“%(other)s”一起用。请去掉其中一个。"),
    "no_rate": _("外币要同时写明汇率 rate：一单位外币折合多少本币。"),
    "future_event": _("事件的时刻在未来。请核对时刻和时区。"),
    "bad_cursor": _("这个 cursor 看不懂，或属于另一种排序。请从第一页重新取。"),
    "bad_key": _("Idempotency-Key 应为 1–100 个可见的英文字符。"),
    "key_reused": _("这个 Idempotency-Key 已用于另一个请求。请为新的请求换一个键。"),
    "changed_meanwhile": _("这一行在您读取之后被改过。请重新读取，核对后再改。"),
    "conflict": _("有人刚刚写入了相冲突的内容。请重新读取后再试。"),
    "too_many": _("请求太快，每分钟最多 %(limit)s 次。请等 %(wait)s 秒再试。"),
    "busy": _("系统正忙，请稍后再试。"),
    "failed": _("出错了，已记入日志。请把编号 %(reference)s 告诉系统管理员。"),
    "refused": _("这样不行。请核对后再试。"),
    "invalid": _("请求内容有误。请照文档改正。"),
}
# What pydantic finds wrong with a body → the sentence for it; others are told by `other`.
FIELDS: Mapping[str, Promise] = {
    "missing": _("缺少这一项，请补上。"),
    "extra_forbidden": _("没有这一项。请核对名称，或去掉它。"),
    "string_type": _("这一项应为文字。"),
    "string_too_long": _("这一项太长，最多 %(max_length)s 个字。"),
    "string_too_short": _("这一项太短，至少 %(min_length)s 个字。"),
    "masked": _("这是遮盖后的号码，不能写回。请发完整的号码，或不要发这一项。"),
    "int_type": _("这一项应为整数。"),
    "int_parsing": _("这一项应为整数。"),
    "int_from_float": _("这一项应为整数，不带小数。"),
    "bool_type": _("这一项应为 true 或 false。"),
    "bool_parsing": _("这一项应为 true 或 false。"),
    "date_type": _("这一项应为日期，例如 2026-10-01。"),
    "date_parsing": _("这一项应为日期，例如 2026-10-01。"),
    "date_from_datetime_parsing": _("这一项应为日期，例如 2026-10-01。"),
    "date_from_datetime_inexact": _("这一项应为日期，不带时刻，例如 2026-10-01。"),
    "datetime_type": _("这一项应为时刻，例如 2026-10-01T08:00:00Z。"),
    "datetime_parsing": _("这一项应为时刻，例如 2026-10-01T08:00:00Z。"),
    "datetime_from_date_parsing": _("这一项应为时刻，例如 2026-10-01T08:00:00Z。"),
    "timezone_aware": _("这一项应为带时区的时刻，例如 2026-10-01T08:00:00Z。"),
    "decimal_type": _('这一项应为数字，例如 "12.5"。'),
    "decimal_parsing": _('这一项应为数字，例如 "12.5"。'),
    "decimal_max_digits": _("数字太长，请核对位数。"),
    "decimal_max_places": _("小数位太多，最多 %(decimal_places)s 位。"),
    "decimal_whole_digits": _("数字太大，请核对位数。"),
    "greater_than_equal": _("这一项不能小于 %(ge)s。"),
    "greater_than": _("这一项要大于 %(gt)s。"),
    "less_than_equal": _("这一项不能大于 %(le)s。"),
    "less_than": _("这一项要小于 %(lt)s。"),
    "literal_error": _("这一项没有这个值，可选：%(expected)s。"),
    "enum": _("这一项没有这个值，可选：%(expected)s。"),
    "list_type": _("这一项应为列表。"),
    "dict_type": _("这一项应为对象。"),
    "model_type": _("这一项应为对象。"),
    "model_attributes_type": _("这一项应为对象。"),
    "too_long": _("这一项最多 %(max_length)s 行。"),
    "too_short": _("这一项至少 %(min_length)s 行。"),
    "other": _("这一项的格式不对，请照文档改正。"),
}

# How an event is told in a customer's history; what it is about stands in the line's own text.
EVENTS: Mapping[str, Promise] = {
    "browse": _("在别处浏览"),
    "feedback": _("在别处反馈"),
    "purchase": _("在别处购买"),
}


def event_words(payload: Mapping[str, Any]) -> str:
    """What kind of event it was, with its amount and rating where they are known."""
    parts = [str(EVENTS[payload["event"]])]
    if payload.get("amount_minor") is not None:
        parts.append(formats.money(payload["amount_minor"]))
    if payload.get("rating") is not None:
        parts.append(gettext("评分 %(rating)s/10") % {"rating": payload["rating"]})
    return " · ".join(parts)


def event_icon(payload: Mapping[str, Any]) -> str:
    return {"browse": "eye", "feedback": "message", "purchase": "shopping-cart"}[payload["event"]]


def sentence(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """The sentence of a problem's code in the active language."""
    return str(PROBLEMS[code]) % dict(facts or {})


def field_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of what is wrong with one field of a body."""
    known = code if code in FIELDS else "other"
    return str(FIELDS[known]) % {"decimal_places": "", **facts}
