"""What can be wrong with a row: kept as a code with its facts, said in the reader's language when shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from holdfast.common import sheets
from holdfast.common.sheets.sentences import SENTENCES as CELL_SENTENCES
from holdfast.doors.intake.rules.cells import CHOICES, ORDER_KINDS
from holdfast.doors.intake.rules.kinds import KINDS
from holdfast.records.commerce.rules import MONEY_PROBLEMS
from holdfast.records.commerce.rules import PROBLEMS as ORDER_SENTENCES
from holdfast.records.customers.rules import NEED_PROBLEMS
from holdfast.records.customers.rules import PROBLEMS as CUSTOMER_SENTENCES

SENTENCES: Mapping[str, Promise] = {
    "missing": _("缺%(label)s"),
    "too_long": _("有 %(length)s 个字，最多 %(limit)s 个"),
    "phone_short": _("电话只有 %(digits)s 位，手机号应为 11 位"),
    "phone_long": _("电话有 %(digits)s 位，手机号应为 11 位"),
    "phone_power": _("电话被表格软件写成科学记数，末位已丢失"),
    "phone": _("「%(text)s」不是电话号码"),
    "email": _("「%(text)s」不是邮箱地址"),
    "no_such_day": _("没有 %(month)s 月 %(day)s 日这一天"),
    "uscc": _("信用代码校验位不对，先空着，写入后请补"),
    "choice": _("「%(text)s」不在可选的内容里，可以写：%(choices)s"),
    "grade": _("利润等级只能是 1 到 4"),
    "percent": _("税率应在 0 与 100% 之间，例如 13%"),
    "currency": _("币种应是三个字母的代码，例如 CNY"),
    "rate": _("汇率必须大于零"),
    "negative_price": _("价格和成本不能为负"),
    "rate_missing": _("外币 %(text)s 要有汇率，请加一列汇率"),
    "birthday": _("「%(text)s」认不出是哪一天的生日，请写成 1985-08-15、8-15 或农历八月十五"),
    "unknown_owner": _("没有叫「%(text)s」的同事，或不在您可指派的范围内"),
    "twin_owner": _("有不止一位叫「%(text)s」的同事，请改写成登录名"),
    "same_row": _("与第 %(row)s 行完全相同"),
    "same_key": _("与第 %(row)s 行是同一编号，内容却不同，请只留一行"),
    "differs": _("与第 %(row)s 行是同一客户，%(label)s不同，以第 %(row)s 行为准"),
    "order_customer": _("同一订单号的各行客户不同（第 %(row)s 行是「%(text)s」）"),
    "order_day": _("同一订单号的各行日期不同（第 %(row)s 行是 %(text)s），以第 %(row)s 行为准"),
    "held": _("同一订单的第 %(row)s 行有错，整张订单等改好后再写入"),
    "no_customer": _("缺客户"),
    "no_quantity_amount": _("缺数量，也缺金额"),
    "amount_differs": _("数量×单价与金额不符，按金额计算，单价记作原价"),
    "order_total": _("金额列是整张订单的合计，按数量×单价计算"),
    "total_row": _("这一行像是合计，不写入"),
    "too_many_lines": _("这个订单号有 %(count)s 行，最多 %(limit)s 行，请检查订单号这一列对应得对不对"),
    "ragged_row": _("这一行有 %(found)s 格，标题行有 %(expected)s 格，请检查分隔符和引号"),
    "unknown_customer": _("没有客户「%(text)s」，可在右侧选择按文件新建"),
    "hidden_customer": _("客户「%(text)s」不在您的范围内，请联系其归属人"),
    "twin_customer": _("有 %(count)s 位客户都叫「%(text)s」，请加上客户编号"),
    "exists": _("档案里已有「%(text)s」（%(on)s相同），按您的选择跳过"),
    "will_update": _("与档案「%(text)s」%(on)s相同，将改为更新"),
    "maybe_same": _("与档案「%(text)s」%(on)s相同，可能是同一位客户"),
    "hidden_match": _("与他人名下的客户「%(text)s」%(on)s相同，请联系其归属人"),
    "code_taken": _("编号「%(text)s」已经用过，请换一个"),
    "identical": _("与档案里的内容完全相同"),
    "order_exists": _("订单号已在档案里，按您的选择跳过"),
    "order_hidden": _("订单号已用于您范围外的客户，请核对"),
    "order_voided": _("这张订单已作废，不会改动"),
    "unknown_order": _("没有原订单「%(text)s」，退货将不关联原订单"),
    "refused": _("%(text)s"),
    "masked": _("「%(text)s」是打了星号的号码，不写入，也不改已有的"),
    "twin_payment": _("与第 %(row)s 行同一天、同一金额，又都没有流水号：当作两笔写入；若是重复，请去掉一行"),
    "reference_on_file": _("流水号「%(text)s」已在档案里，日期或金额不同，按您的选择跳过"),
    "reference_again": _("流水号「%(text)s」在档案里用过，日期和金额都不同，当作另一笔写入"),
    "amount_fixed": _("流水号「%(text)s」已在档案里，金额不同；回款的金额不能改，请在系统里作废那一笔，再导入这一行"),
    "on_file": _("档案里已有相同的一条，跳过"),
    "voided": _("发票已作废，不会改动"),
    "number_hidden": _("发票号已用于您范围外的客户，请核对"),
    "lost_order": _("没有订单「%(text)s」，发票将不关联订单"),
    "unknown_invoice": _("没有发票「%(text)s」，请先导入发票，或清空这一格由系统按到期先后核销"),
    "other_invoice": _("发票「%(text)s」不是这位客户的，请核对"),
    "unknown_contact": _("这位客户没有联系人「%(text)s」，记录照样写入，不挂联系人"),
    "unknown_author": _("没有叫「%(text)s」的同事，记在您的名下"),
    "future_talk": _("联系日期在未来，还没有发生的请派成任务"),
    "minutes_range": _("用时应在 1 到 %(most)s 分钟之间，先空着"),
    "unknown_channel": _("「%(text)s」不是已有的联系方式，记作其他"),
    "no_voice": _("缺原话，也缺分数"),
    "nps_range": _("推荐分应是 0 到 10 的整数，先空着"),
    "csat_range": _("满意度应是 1 到 5 的整数，先空着"),
    "factor_range": _("分项的分数应是 1 到 5 的整数，先空着"),
    "future_said": _("说话的日子在未来，请核对"),
    "lost_order_said": _("这位客户没有订单「%(text)s」，照样写入，不挂订单"),
    "custom_text": _("%(label)s太长，请缩短"),
    "custom_number": _("%(label)s要填数字，「%(text)s」不是"),
    "custom_date": _("%(label)s要填日期，「%(text)s」认不出"),
    "custom_choice": _("%(label)s里没有「%(text)s」这一项"),
    "custom_yes_no": _("%(label)s请填是或否，「%(text)s」认不出"),
}
ON: Mapping[str, Promise] = {
    "code": pgettext_lazy("match", "编号"),
    "uscc": pgettext_lazy("match", "信用代码"),
    "phone": pgettext_lazy("match", "电话"),
    "name": pgettext_lazy("match", "名称"),
    "email": pgettext_lazy("match", "邮箱"),
    "erased": pgettext_lazy("match", "要求删除过的号码"),
}
RECORD_SENTENCES: Mapping[str, Promise | str] = {
    **MONEY_PROBLEMS, **NEED_PROBLEMS, **ORDER_SENTENCES, **CUSTOMER_SENTENCES,
}  # fmt: skip
ERROR, WARN, INFO = "e", "w", "i"


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark about one row: which field (or none), what, its facts, and whether it keeps the row out."""

    field: str
    code: str
    facts: dict[str, Any]
    level: str = ERROR

    @property
    def is_error(self) -> bool:
        return self.level == ERROR

    @property
    def fields(self) -> list[str]:
        """Every field it is about."""
        return [name.rpartition(".")[2] for name in self.facts.get("fields", ())] or [self.field]

    def stored(self) -> list[Any]:
        return [self.field, self.code, self.facts, self.level]

    def sentence(self) -> str:
        return sentence_of(self.code, self.facts)


def error(field: str, code: str, /, **facts: Any) -> Problem:
    return Problem(field, code, facts, ERROR)


def warning(field: str, code: str, /, **facts: Any) -> Problem:
    return Problem(field, code, facts, WARN)


def remark(field: str, code: str, /, **facts: Any) -> Problem:
    """Said where somebody looks for it; nothing to act on."""
    return Problem(field, code, facts, INFO)


def sentence_of(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a stored problem in the reader's language; never fails on a page."""
    if code in SENTENCES:
        return str(SENTENCES[code]) % _Facts(facts)
    if code in RECORD_SENTENCES:
        return str(RECORD_SENTENCES[code]).rstrip("。.")
    if code in CELL_SENTENCES:
        lang = "en" if _is_english() else "zh"
        return sheets.sentence(code, dict(facts), lang).rstrip("。.")
    return code


class _Facts(dict[str, Any]):
    """Facts of a sentence: coded ones in words, missing ones as a question mark."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts)
        if "on" in facts:
            self["on"] = str(ON.get(facts["on"], facts["on"]))
        if "field" in facts:
            self["label"] = str(label_of(facts["field"]))
        if "fields" in facts:
            self["label"] = (", " if _is_english() else "、").join(str(label_of(name)) for name in facts["fields"])
        if "choices" in facts:
            self["choices"] = _choices_of(facts["choices"])

    def __missing__(self, key: str) -> str:
        return "?"


def _choices_of(name: str) -> str:
    """What may be written in a column of choices, in the reader's language."""
    choices = ORDER_KINDS if name == "order_kind" else CHOICES[name]
    if _is_english():
        return ", ".join(choices)
    return "、".join(names[0] for names in choices.values())


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def label_of(name: str) -> Promise | str:
    """The label of `kind.field`; the field's own name where there is none."""
    kind, _dot, field = name.rpartition(".")
    return next((known.label for known in KINDS[kind].fields if known.name == field), field) if kind in KINDS else field
