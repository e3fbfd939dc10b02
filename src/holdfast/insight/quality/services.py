"""Keeping a process under a name; every write stands in the journal."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.insight.quality.models import Process

FIELDS = ("name", "pair", "target_days", "limit_days", "months", "grey", "changed_on")


@transaction.atomic
def keep_process(process: Process | None, *, by: User, **values: Any) -> Process:
    """Make a process, or change one. Errors: Refusal when another one in use has the name."""
    name = values["name"].strip()
    others = Process.objects.filter(name=name, archived_at=None).exclude(pk=process.pk if process else 0)
    if others.exists():
        raise Refusal(_("已有同名的流程「%(name)s」，请换个名字。") % {"name": name}, field="name")
    before = audit.snapshot(process) if process else None
    process = process or Process(by=by)
    for field in FIELDS:
        setattr(process, field, values[field])
    process.name = name
    process.save()
    verb = "change" if before else "add"
    audit.record(actor=by, verb=verb, target=process, before=before, after=audit.snapshot(process))
    return process


@transaction.atomic
def archive_process(process: Process, *, by: User) -> Process:
    """Take it out of use; its name is free again."""
    before = audit.snapshot(process)
    process.archived_at = timezone.now()
    process.save(update_fields=["archived_at", "updated_at"])
    audit.record(actor=by, verb="archive", target=process, before=before, after=audit.snapshot(process))
    return process
