"""How people want to be told, and forgetting what is long past."""

from __future__ import annotations

from datetime import time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.notices.models import Mail, Notice, Preference
from holdfast.foundation.notices.rules import MAIL_MODES

KEPT_NOTICES = timedelta(days=365)
KEPT_MAILS = timedelta(days=90)


@transaction.atomic
def set_preference(user: User, *, mail: str, digest_at: time, quiet_from: time, quiet_until: time) -> Preference:
    """Keep how and when a person is told; letters that wait follow it when they are due."""
    if mail not in MAIL_MODES:
        raise Refusal(_("请选一种邮件方式。"), "mail")
    kept = Preference.objects.select_for_update().filter(user=user).first()
    before = audit.snapshot(kept) if kept else None
    kept = kept or Preference(user=user)
    kept.mail, kept.digest_at, kept.quiet_from, kept.quiet_until = mail, digest_at, quiet_from, quiet_until
    kept.save()
    verb = "change" if before else "create"
    audit.record(actor=user, verb=verb, target=kept, before=before, after=audit.snapshot(kept), label=user.name)
    return kept


def forget_old() -> dict[str, int]:
    """Delete notices that were read and are a year old, and letters settled three months ago."""
    now = timezone.now()
    settled = Mail.objects.filter(state__in=["sent", "failed", "uncertain", "dropped"], after__lt=now - KEPT_MAILS)
    mails = settled.delete()[0]
    notices = Notice.objects.filter(created_at__lt=now - KEPT_NOTICES, read_at__isnull=False, mail=None).delete()[0]
    return {"notices": notices, "mails": mails}
