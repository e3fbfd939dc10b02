"""The tree of departments; `path` is kept here and nowhere else."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import Department, User
from holdfast.foundation.audit import services as audit


@transaction.atomic
def add_department(
    name: str, *, by: User | None, parent: Department | None = None, manager: User | None = None
) -> Department:
    """Add a department below `parent`, or at the root."""
    _refuse_same_name(name, parent)
    department = Department.objects.create(name=name.strip(), parent=parent, manager=manager, path="")
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save(update_fields=["path"])
    audit.record(actor=by, verb="create", target=department, after=audit.snapshot(department))
    return department


@transaction.atomic
def change_department(department: Department, *, by: User | None, **fields: Any) -> Department:
    """Rename, give a manager, or move with everything below it; never below itself."""
    before, old_path = audit.snapshot(department), department.path
    parent = fields.get("parent", department.parent)
    if parent and parent.path.startswith(old_path):
        raise Refusal(_("部门不能移到自己或自己的下级之下。请选择别的上级部门。"), field="parent")
    _refuse_same_name(fields.get("name", department.name), parent, but=department)
    for name, value in fields.items():
        setattr(department, name, value)
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save()
    if department.path != old_path:
        below = Department.objects.filter(path__startswith=old_path).exclude(pk=department.pk)
        below.update(path=Concat(Value(department.path), Substr(F("path"), len(old_path) + 1)))
    audit.record(actor=by, verb="change", target=department, before=before, after=audit.snapshot(department))
    return department


@transaction.atomic
def remove_department(department: Department, *, by: User) -> None:
    """Delete an empty department: without people, departments below it, or customers."""
    members, children = department.members.count(), department.children.count()
    if members or children:
        text = _("这个部门还有 %(people)d 名成员和 %(below)d 个下级部门。请先把他们移到别的部门，再删除。")
        raise Refusal(text % {"people": members, "below": children})
    customers = getattr(department, "customers", None)
    if customers is not None and (count := customers.count()):
        raise Refusal(_("这个部门名下还有 %(n)d 位客户。请先转交，再删除。") % {"n": count})
    audit.record(actor=by, verb="delete", target=department, before=audit.snapshot(department))
    department.delete()


def _refuse_same_name(name: str, parent: Department | None, but: Department | None = None) -> None:
    same = Department.objects.filter(parent=parent, name=name.strip())
    if same.exclude(pk=but.pk if but else 0).exists():
        raise Refusal(_("同一级已有部门“%(name)s”。请换一个名称。") % {"name": name.strip()}, field="name")
