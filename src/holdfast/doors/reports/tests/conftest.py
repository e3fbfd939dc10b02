"""A small company with three scored months, and the people who draft, review and sign."""

from __future__ import annotations

import pytest

from holdfast.common.months import Month
from holdfast.doors.reports import services
from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.insight.scores.tests.conftest import buys, every, own_files, scored, shop, today
from holdfast.records.customers.tests.factories import CustomerFactory

__all__ = ["own_files", "scored", "shop", "today"]

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


@pytest.fixture
def drafter(db):
    """Service manager: sees all customers, drafts the report."""
    return UserFactory(login="drafter", name="沈起草", role="service_manager")


@pytest.fixture
def signer(db):
    """Administrator: sees all customers, may sign."""
    return UserFactory(login="signer", name="高签发", role="admin")


@pytest.fixture
def falling(owner):
    """A customer who buys every fortnight, and far less in October 2026 than in September."""
    customer = CustomerFactory(name="骤降五金", owner=owner)
    buys(customer, *every("2026-01-05", 14, 19), amount=2000)  # last on 2026-09-14
    buys(customer, "2026-09-21", amount=2000), buys(customer, "2026-10-12", amount=300)
    return customer


@pytest.fixture
def draft(falling, scored, drafter):
    return services.draft_report(OCTOBER, by=drafter)


@pytest.fixture
def signed(draft, signer):
    services.review_report(draft, by=signer)
    return services.sign_report(draft, seen_sha256=draft.sha256, by=signer)
