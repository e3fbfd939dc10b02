"""Everything known of one person, to be handed over on request: for reading and for machines."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.rules import words
from holdfast.records.customers.models import Contact, Customer, PrivacyRequest, SearchEntry
from holdfast.records.customers.services.erasing import owned_rows
from holdfast.records.customers.services.privacy import finish_request

# Derived from what is listed anyway.
LEFT_OUT = (SearchEntry,)


@transaction.atomic
def access_package(request: PrivacyRequest, *, by: User) -> bytes:
    """A zip of `archive.html` and `archive.json` with every row that hangs on the person, recorded as an export.

    For one contact: the person's own row and the rows that name it. Columns that show our costs stay out.
    """
    if request.kind != "access":
        raise Refusal(_("这项请求不是查阅与复制。"))
    tables = tables_about(request.customer, request.contact)
    rows = sum(len(table["rows"]) for table in tables)
    audit.note_export(
        by=by, what="customers.access", kind="zip", rows=rows, numbers="raw", target=request.customer,
        filters={"request": [str(request.pk)]},
    )  # fmt: skip
    if request.done_at is None:
        finish_request(request, {"rows": rows}, by=by)
    told = {"customer": request.customer, "contact": request.contact, "tables": tables, "at": timezone.now()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive.html", render_to_string("customers/access_package.html", told))
        file.writestr("archive.json", _json(tables))
    return target.getvalue()


def tables_about(customer: Customer, contact: Contact | None = None) -> list[dict[str, Any]]:
    """Table by table: model, title, columns with their titles, and rows of plain values."""
    found = owned_rows(Contact, {contact.pk}) if contact else owned_rows(Customer, {customer.pk})
    return [
        _table(model, keys)
        for model, keys in sorted(found.items(), key=lambda pair: pair[0]._meta.label_lower)
        if model not in LEFT_OUT and not model._meta.auto_created
    ]


def _table(model: type[Model], keys: set[Any]) -> dict[str, Any]:
    hidden: frozenset[str] = getattr(model, "profit_fields", frozenset())
    fields = [field for field in model._meta.concrete_fields if field.name not in hidden and not _is_inner(field)]
    rows = model._base_manager.filter(pk__in=keys).order_by("pk").values_list(*(field.attname for field in fields))
    return {
        "model": model._meta.label_lower,
        "title": words.model_name(model._meta.label_lower),
        "columns": [field.attname for field in fields],
        "titles": [words.field_name(field.attname) for field in fields],
        "rows": [list(row) for row in rows],
    }


def _is_inner(field: models.Field[Any, Any]) -> bool:
    return field.name.endswith("_key") or field.name in ("version", "sha256", "path")


def _json(tables: list[dict[str, Any]]) -> str:
    told = {
        table["model"]: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]] for table in tables
    }
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
