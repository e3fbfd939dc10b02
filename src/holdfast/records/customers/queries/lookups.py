"""Customers by their codes or names, for imports and jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from holdfast.common import searchkeys
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.records.customers import rules
from holdfast.records.customers.models import Collaborator, Customer

CHUNK = 900
T = TypeVar("T")


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Distinct values in pieces that fit into one IN."""
    rows = list(dict.fromkeys(values))
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def visible_customers(viewer: User) -> QuerySet[Customer]:
    """Every customer the viewer may see, archived ones too, with owner, department and standing."""
    return Customer.objects.visible_to(viewer).select_related("owner", "department", "standing")


def customers_by_code(codes: Iterable[str], *, viewer: User | None = None) -> dict[str, Customer]:
    """Code → customer; without a viewer across the whole company, as imports need it.

    The code of an entry that was merged leads to the customer it was merged into.
    """
    base = Customer.objects.all() if viewer is None else Customer.objects.visible_to(viewer)
    found: dict[str, Customer] = {}
    for some in chunks(code for code in codes if code):
        rows = base.filter(code__in=some).select_related("merged_into")
        found |= {customer.code: customer.merged_into or customer for customer in rows}
    return found


def customers_by_name_key(names: Iterable[str], *, viewer: User | None = None) -> dict[str, list[Customer]]:
    """Normalised name (`searchkeys.company_key`, and `person_key` for persons) → customers, oldest first."""
    base = Customer.objects.all() if viewer is None else Customer.objects.visible_to(viewer)
    keys = {key for name in names for key in (searchkeys.company_key(name), searchkeys.person_key(name)) if key}
    found: dict[str, list[Customer]] = {}
    for some in chunks(sorted(keys)):
        for customer in base.filter(name_key__in=some, merged_into=None).order_by("pk"):
            found.setdefault(customer.name_key, []).append(customer)
    return found


def count_owned(user: User) -> int:
    """Customers in use that this person owns."""
    return Customer.objects.filter(owner=user, archived_at=None).count()


def may_see_customer(viewer: User, pk: str | int) -> bool:
    """Whether this customer lies within the viewer's scope."""
    key = str(pk)
    is_key = key.isascii() and key.isdecimal() and len(key) < 19
    return is_key and Customer.objects.visible_to(viewer).filter(pk=int(key)).exists()


def editable_customers(viewer: User) -> QuerySet[Customer]:
    """Those the viewer may change: in the scope of the role, or shared with the right to edit; a pool's must be claimed."""
    seen = visible_customers(viewer).filter(
        merged_into=None, erased_on=None
    )  # signposts and nameless rows stay as they are
    if not viewer.may(Permission.CUSTOMER_EDIT):
        return seen.none()
    if viewer.scope == Scope.ALL:
        return seen
    shared = Collaborator.objects.filter(user=viewer, can_edit=True).order_by().values("customer")
    return seen.filter(Q(owner=viewer) | Q(department__in=viewer.department_ids) | Q(pk__in=shared))


def may_edit(viewer: User, customer: Customer) -> bool:
    """Whether the viewer may change this customer."""
    return editable_customers(viewer).filter(pk=customer.pk).exists()


def named_customer(viewer: User, text: str) -> Customer:
    """The visible customer of a code, a code with its name as the box offers it, or a whole name.

    Errors: Refusal for nobody, for several of one name, and for an entry that was merged, naming the one that stays.
    """
    text = text.strip()
    seen = Customer.objects.visible_to(viewer).select_related("merged_into")
    found = list(seen.filter(code__iexact=text.split(" ")[0])[:1])
    found = found or list(seen.filter(name=text, merged_into=None)[:2]) or list(seen.filter(name=text)[:1])
    if not found:
        raise Refusal(_("没有找到「%(text)s」，请填客户编号或全名。") % {"text": text}, "customer")
    if len(found) > 1:
        raise Refusal(_("有几位客户叫这个名字，请改填客户编号。"), "customer")
    if found[0].merged_into is not None:
        raise Refusal(_merged(viewer, found[0]), "customer")
    return found[0]


def _merged(viewer: User, customer: Customer) -> str:
    kept = customer
    for _step in range(rules.MOST_ABOVE):
        kept = kept.merged_into or kept
    if not Customer.objects.visible_to(viewer).filter(pk=kept.pk).exists():
        return _("「%(name)s」已并入别的档案，不在您的范围内。请找系统管理员。") % {"name": customer.name}
    told = {"name": customer.name, "kept": kept.name, "code": kept.code}
    return _("「%(name)s」已并入「%(kept)s」，请填 %(code)s。") % told
