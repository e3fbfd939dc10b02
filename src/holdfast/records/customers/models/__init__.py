"""Customers and what hangs on them."""

from holdfast.records.customers.models.customer import CheckCount, Contact, Customer, SearchEntry, Tag, seats_of
from holdfast.records.customers.models.needs import Need
from holdfast.records.customers.models.ownership import Collaborator, OwnershipChange, Pool, PoolMember
from holdfast.records.customers.models.standing import Standing, StandingChange

__all__ = [
    "CheckCount",
    "Collaborator",
    "Contact",
    "Customer",
    "Need",
    "OwnershipChange",
    "Pool",
    "PoolMember",
    "SearchEntry",
    "Standing",
    "StandingChange",
    "Tag",
    "seats_of",
]
