"""Words and icons of the codes that scores and records keep: one place, both languages.

A label map goes code -> lazy text, so that it may stand in forms and models as well; `*_ICONS` name Tabler icons.
Unknown codes come back as they are, never as an error on a page.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.reasons import reason_sentence as reason_sentence
from holdfast.common.reasons import sentence_of as sentence_of

Words = Promise | str

# Always in this order: in bars, legends and tables.
MOVEMENTS: Mapping[str, Words] = {
    "new": _("新增"),
    "rising": _("上升"),
    "stable": _("平稳"),
    "declining": _("下降"),
    "lost": _("本月未购"),  # no purchase this month; who left by their own rhythm stands in the stage
    "returned": _("回归"),
    "irregular": _("不定期"),
}
MOVEMENT_ICONS: Mapping[str, str] = {
    "new": "sparkles",
    "rising": "trending-up",
    "stable": "minus",
    "declining": "trending-down",
    "lost": "plug-connected-x",
    "returned": "arrow-back-up",
    "irregular": "wave-sine",
}
# A month's closing balance: who did not buy this month is either not due yet or overdue.
BRIDGE_STEPS: Mapping[str, Words] = {
    **{code: MOVEMENTS[code] for code in ("new", "returned", "rising", "stable", "declining")},
    "irregular": MOVEMENTS["irregular"],
    "not_bought": MOVEMENTS["lost"],
    "not_due": _("未到期"),
    "overdue": _("逾期"),
    "lost": MOVEMENTS["lost"],
}

STAGES: Mapping[str, Words] = {
    "identified": _("识别"),
    "developing": _("开发"),
    "activated": _("启动"),
    "growing": pgettext_lazy("stage", "成长"),
    "mature": _("成熟"),
    "declining": _("衰退"),
    "at_risk": _("将流失"),
    "silent": _("沉默"),
    "lost": pgettext_lazy("stage", "已流失"),
    "won_back": _("已挽回"),
}
# The three periods of a customer's life, for the line on his page: 保留期 · 衰退.
PERIODS: Mapping[str, Words] = {
    "acquire": _("获取期"),
    "develop": _("发展期"),
    "retain": _("保留期"),
}
PERIOD_OF_STAGE: Mapping[str, str] = {
    "identified": "acquire",
    "developing": "acquire",
    "activated": "acquire",
    "growing": "develop",
    "mature": "retain",
    "declining": "retain",
    "at_risk": "retain",
    "silent": "retain",
    "lost": "retain",
    "won_back": "retain",
}
STAGE_TONES: Mapping[str, str] = {
    "declining": "watch",
    "at_risk": "act",
    "silent": "watch",
    "lost": "act",
    "won_back": "returned",
}

RISKS: Mapping[str, Words] = {
    "low": pgettext_lazy("risk", "低"),
    "watch": pgettext_lazy("risk", "中"),
    "high": pgettext_lazy("risk", "高"),
    "lost": pgettext_lazy("risk", "已失"),
}

ANGLES: Mapping[str, Words] = {
    "revenue": _("收入"),
    "profit": _("利润"),
    "efficiency": _("人均效能"),
    "integrity": _("诚信度"),
    "difficulty": _("难易度"),
}
ANGLES_SHORT: Mapping[str, Words] = {
    "revenue": _("收入"),
    "profit": _("利润"),
    "efficiency": pgettext_lazy("angle", "人效"),
    "integrity": pgettext_lazy("angle", "诚信"),
    "difficulty": pgettext_lazy("angle", "易处"),
}

ZONES: Mapping[str, Words] = {
    "delight": _("惊喜区"),
    "acceptable": _("可接受"),
    "angry": _("愤怒区"),
    "grey": _("灰区"),
}

# One meaning each.
ICONS: Mapping[str, str] = {
    "phone": "phone",
    "visit": "map-pin",
    "log": "pencil-plus",
    "pool": "ripple",
    "hand_over": "user-share",
    "win_back": "lifebuoy",
    "model": "sparkles",
    "birthday": "cake",
    "case": "headset",
    "order": "shopping-cart",
    "payment": "cash",
    "task": "list-check",
    "import": "table-import",
    "export": "download",
}


def label(words: Mapping[str, Words], code: str | None) -> str:
    """The word of a code in the reader's language; an unknown code as it is, no code as a dash."""
    if not code:
        return "—"
    return str(words.get(code, code))


def movement_label(code: str | None) -> str:
    return label(MOVEMENTS, code)


def stage_label(code: str | None) -> str:
    return label(STAGES, code)


def risk_label(code: str | None) -> str:
    return label(RISKS, code)


def angle_label(code: str | None) -> str:
    return label(ANGLES, code)


def stars_label(value: int | None, *, provisional: bool = False) -> str:
    """「4 星」, 「暂评 4 星」 or 「未评星」."""
    if not value:
        return str(_("未评星"))
    text = _("暂评 %(stars)s 星") if provisional else _("%(stars)s 星")
    return str(text) % {"stars": value}


def stage_line(code: str | None) -> str:
    """「保留期 · 衰退」: the period of a customer's life and the stage within it."""
    if not code:
        return "—"
    period = PERIOD_OF_STAGE.get(code)
    return f"{PERIODS[period]} · {stage_label(code)}" if period else stage_label(code)
