"""Records of a file looked up in the database and written through the services of the rooms that own them."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.doors.intake.writers.base import Writer
from holdfast.doors.intake.writers.contacts import ContactWriter
from holdfast.doors.intake.writers.customers import CustomerWriter
from holdfast.doors.intake.writers.money import InvoiceWriter, PaymentWriter
from holdfast.doors.intake.writers.orders import OrderWriter
from holdfast.doors.intake.writers.products import ProductWriter
from holdfast.doors.intake.writers.said import CommentWriter
from holdfast.doors.intake.writers.talks import InteractionWriter, NeedWriter
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit.models import Batch

WRITERS: Mapping[str, type[Writer]] = {
    "customers": CustomerWriter,
    "products": ProductWriter,
    "orders": OrderWriter,
    "contacts": ContactWriter,
    "interactions": InteractionWriter,
    "needs": NeedWriter,
    "comments": CommentWriter,
    "invoices": InvoiceWriter,
    "payments": PaymentWriter,
}


def writer_of(kind: str, options: Mapping[str, str], *, by: User, batch: Batch | None = None) -> Writer:
    """What looks up and writes records of this kind for this importer."""
    return WRITERS[kind](options, by=by, batch=batch)


__all__ = ["Writer", "writer_of"]
