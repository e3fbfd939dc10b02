"""What programs read and write of customers: themselves, contacts, needs, addresses, relations, consent, merges, standings."""

from holdfast.records.customers.api import (  # noqa: F401 - they register themselves
    addresses,
    consents,
    contacts,
    customers,
    fields,
    merging,
    needs,
    relations,
    standings,
    tags,
)
from holdfast.records.customers.api.shapes import router

__all__ = ["router"]
