"""Customers and what hangs on them."""

from holdfast.records.customers.models.customer import Contact, Customer, SearchEntry, Tag
from holdfast.records.customers.models.ownership import Collaborator, OwnershipChange, Pool, PoolMember
from holdfast.records.customers.models.standing import Standing, StandingChange

__all__ = [
    "Collaborator",
    "Contact",
    "Customer",
    "OwnershipChange",
    "Pool",
    "PoolMember",
    "SearchEntry",
    "Standing",
    "StandingChange",
    "Tag",
]
