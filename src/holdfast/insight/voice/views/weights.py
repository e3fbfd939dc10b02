"""声音的分量: how a voice is weighed, who changed it and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from holdfast.common import formats
from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.voice import queries, services
from holdfast.insight.voice.forms import WeightForm
from holdfast.insight.voice.models import WeightRule
from holdfast.insight.voice.rules import BASES, STEPS
from holdfast.insight.voice.services.weights import FIELDS
from holdfast.insight.voice.views.shown import tabs
from holdfast.records.feedback.rules import TONES

AGES = (0, 30, 90, 180, 365)


@needs(Permission.CUSTOMER_VIEW)
@require_http_methods(["GET", "POST"])
def weights(request: StaffRequest) -> HttpResponse:
    """The rule in force with an example; who keeps the topics writes a new one."""
    rule, may_edit = queries.weight_rule(), request.user.may(Permission.TOPIC_EDIT)
    asked = request.POST if request.method == "POST" and may_edit else None
    form = WeightForm(asked, initial={name: getattr(rule, name) for name in FIELDS})
    if form.is_valid():
        services.change_weights(by=request.user, **form.cleaned_data)
        messages.success(request, _("已按新的算法加权"))
        return go(request, "voice:weights")
    context = {
        "form": form,
        "rule": rule,
        "steps": [form[name] for name in STEPS],
        "example": example(rule),
        "versions": [{"rule": one, "text": told(one)} for one in queries.weight_rules()],
        "basis": BASES[rule.basis],
        "may_edit": may_edit,
        "tabs": tabs(request.user, "voice:topics"),
    }
    return show(request, "voice/weights.html", context, status=422 if form.is_bound else 200)


def example(rule: WeightRule) -> list[dict[str, Any]]:
    """What one complaint and one word of praise weigh by their age, a fresh neutral word being 1."""
    from holdfast.analysis import voice

    left = voice.recency(AGES, half_life_days=rule.half_life_days)
    base = rule.neutral
    return [
        {
            "age": formats.days(age) if age else _("今天"),
            **{step: formats.number(getattr(rule, step) / base * float(part), 2) for step in STEPS},
        }
        for age, part in zip(AGES, left, strict=True)
    ]


def told(rule: WeightRule) -> str:
    """A rule on one line."""
    steps = " · ".join(f"{name} {rule_step:g}" for name, rule_step in _steps(rule))
    words = {
        "basis": BASES[rule.basis],
        "days": rule.half_life_days,
        "floor": formats.number(rule.floor, 2),
        "steps": steps,
    }
    return _("%(basis)s，%(days)s 天减半，小客户至少 %(floor)s 个人头；%(steps)s") % words


def _steps(rule: WeightRule) -> list[tuple[str, float]]:
    names = {"complaint": _("投诉"), **{code: str(word) for code, word in TONES.items()}}
    return [(names[step], getattr(rule, step)) for step in STEPS]
