"""Mappings with a name: kept for the company, chosen for a file, renamed, removed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.doors.intake import queries
from holdfast.doors.intake.models import Import, Mapping
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit

MOST_NAMED = 200


def unknown_mapping(kind: str, name: str) -> Refusal:
    """Nobody knows this name; these are known."""
    known = "、".join(some.title for some in queries.named_mappings(kind))
    return Refusal(
        _("没有叫「%(name)s」的对应方案。可用的有：%(known)s。") % {"name": name, "known": known or _("还没有保存过")},
        "mapping",
    )


def take_mapping(imp: Import, name: str) -> Import:
    """Match the columns of an import by a named mapping (not saved); refuses an unknown name or one that fits nothing."""
    chosen = queries.named_mapping(imp.kind, name)
    if chosen is None:
        raise unknown_mapping(imp.kind, name)
    shown = {field.name for field in imp.spec.shown_fields(imp.by.sees_profit)}
    columns = {field: heading for field, heading in chosen.columns(imp.kind, imp.headings).items() if field in shown}
    if not columns:
        raise Refusal(
            _("「%(name)s」里的列，这个文件一列都没有。请换一个对应方案，或逐列选择。") % {"name": chosen.title},
            "mapping",
        )
    imp.columns, imp.unclear = columns, {}
    imp.date_order = chosen.own.date_order if chosen.own else imp.date_order
    imp.facts = {key: value for key, value in imp.facts.items() if key not in ("known", "remembered")}
    imp.facts |= {"mapping": chosen.title, "how": {}}
    return imp


@transaction.atomic
def choose_mapping(imp: Import, name: str) -> Import:
    """Take a named mapping for an import that is still open."""
    if not imp.is_open:
        raise Refusal(_("这份文件已经写入或撤销，不能再改；请重新上传。"))
    take_mapping(imp, name).save()
    return imp


@transaction.atomic
def name_mapping(imp: Import, name: str, *, by: User) -> Mapping:
    """Keep an import's columns under a name, for the whole company; one's own of the same name is replaced."""
    name = _checked(imp.kind, name, by, "save_as")
    known = Mapping.objects.select_for_update(of=("self",)).named(imp.kind).filter(name__iexact=name).first()
    if known and known.owner_id != by.pk:
        raise Refusal(_("已有同事保存了「%(name)s」，请换一个名称。") % {"name": known.name}, "save_as")
    if known is None and Mapping.objects.exclude(name="").count() >= MOST_NAMED:
        raise Refusal(_("最多保存 200 个对应方案，请先删除不用的。"), "save_as")
    before = audit.snapshot(known) if known else None
    mapping = known or Mapping(owner=by, kind=imp.kind)
    mapping.name, mapping.signature = name, queries.signature_of(imp.headings)
    mapping.headings, mapping.columns, mapping.date_order = imp.headings, imp.columns, imp.date_order
    mapping.save()
    audit.record(
        actor=by, verb="change" if known else "create", target=mapping, before=before, after=audit.snapshot(mapping)
    )
    return mapping


@transaction.atomic
def rename_mapping(mapping: Mapping, name: str, *, by: User) -> Mapping:
    """Another name; whoever chose it before keeps it."""
    _refuse_foreign(mapping, by)
    name = _checked(mapping.kind, name, by, "name")
    if Mapping.objects.named(mapping.kind).filter(name__iexact=name).exclude(pk=mapping.pk).exists():
        raise Refusal(_("已有叫「%(name)s」的对应方案，请换一个名称。") % {"name": name}, "name")
    before, earlier = audit.snapshot(mapping), mapping.name
    mapping.name = name
    mapping.save(update_fields=["name", "updated_at"])
    Mapping.objects.filter(kind=mapping.kind, name="", follows=earlier).update(follows=name)
    audit.record(actor=by, verb="change", target=mapping, before=before, after=audit.snapshot(mapping))
    return mapping


@transaction.atomic
def remove_mapping(mapping: Mapping, *, by: User) -> None:
    """Delete it; files already matched by it stay as they are."""
    _refuse_foreign(mapping, by)
    audit.record(actor=by, verb="delete", target=mapping, before=audit.snapshot(mapping), after=None)
    Mapping.objects.filter(kind=mapping.kind, name="", follows=mapping.name).update(follows="")
    mapping.delete()


def may_manage(mapping: Mapping, by: User) -> bool:
    """Its maker and the system administrator."""
    return mapping.owner_id == by.pk or by.may(Permission.SYSTEM_ADMIN)


def _checked(kind: str, name: str, by: User, field: str) -> str:
    name = " ".join(name.split())
    if not by.may(Permission.VIEW_SHARE):
        raise Refusal(_("您的角色不能给全公司保存对应方案，可向系统管理员申请「共享视图」。"), field)
    if not name or len(name) > 60:
        raise Refusal(_("请给对应方案起一个 60 字以内的名称。"), field)
    known = queries.named_mapping(kind, name)
    if known and known.own is None:
        raise Refusal(_("「%(name)s」是自带的对应方案，请换一个名称。") % {"name": known.title}, field)
    return name


def _refuse_foreign(mapping: Mapping, by: User) -> None:
    if not may_manage(mapping, by):
        raise Refusal(_("这个对应方案是同事保存的，只有本人和系统管理员可以改。"))
