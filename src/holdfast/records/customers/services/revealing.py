"""Look at one whole number: with a reason, within the day's quota, and on record."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from holdfast.common.masking import mask_text
from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.customers.models import CheckCount, Contact, Customer
from holdfast.records.customers.rules import reveals
from holdfast.records.customers.services.rows import subject_of


class QuotaUsedUp(Refusal):
    """No more numbers today."""


def reveals_a_day(viewer: User) -> int:
    """This person's quota: the largest of their roles', each as set for it, else the one for all."""
    by_role, most = settings.REVEALS_A_DAY_BY_ROLE, int(settings.REVEALS_A_DAY)
    if not by_role:
        return most
    codes = viewer.roles.values_list("code", flat=True)
    return max((int(by_role.get(code, most)) for code in codes), default=most)


def reveals_left(viewer: User) -> int:
    """How many numbers this person may still look at today."""
    used = CheckCount.objects.filter(user=viewer, on=today()).values_list("revealed", flat=True).first() or 0
    return max(reveals_a_day(viewer) - used, 0)


@transaction.atomic
def reveal_number(
    customer: Customer, *, field: str, why: str, by: User, note: str = "", person: int | None = None
) -> str:
    """The whole `phone`, `email` or `wechat` of a customer, or of its contact with the key `person`.

    `why` is a code of `rules.reveals.REASONS`; "other" wants a note. The journal keeps who, whose, which and why, never
    the number, nor one that stands in the note. Refuses when there is none, and beyond the quota.
    """
    who: Customer | Contact | None = customer if person is None else customer.contacts.filter(pk=person).first()
    number = getattr(who, field, "") if field in reveals.FIELDS else ""
    if who is None or not number:
        raise Refusal(_("这里没有号码可看，可能刚被改过。请刷新档案。"))
    _refuse_without_reason(why, note)
    _count(by)
    after = {"revealed": field, "why": why}
    if note.strip():
        after["reason"] = mask_text(note.strip())[: reveals.LONGEST_NOTE]
    audit.record(actor=by, verb="reveal", target=who, before={}, after=after, subject=subject_of(customer.pk))
    return str(number)


def _refuse_without_reason(why: str, note: str) -> None:
    if why not in reveals.REASONS:
        raise Refusal(_("请选一个原因，再看完整号码。"), field="why")
    if why == "other" and not note.strip():
        raise Refusal(_("选了其他，请用几个字写明原因。"), field="note")


def _count(by: User) -> None:
    """One more today, unless the quota is used up: one statement, so that two windows cannot pass it together."""
    CheckCount.objects.get_or_create(user=by, on=today())
    most = reveals_a_day(by)
    row = CheckCount.objects.filter(user=by, on=today(), revealed__lt=most)
    if not row.update(revealed=F("revealed") + 1):
        told = {"most": most}
        raise QuotaUsedUp(
            _("您今天看完整号码的次数已用完（每天 %(most)s 次）。明天再看；急需时请归属人或主管代为联系。") % told
        )
