"""A fixed day, files in a folder of its own, and comments that were read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from holdfast.insight.voice import services
from holdfast.records.customers.tests.factories import CustomerFactory, StandingFactory
from holdfast.records.feedback import services as feedback


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def say(owner):
    """`say("包装破了", customer=…, day=3)`: something a customer of the owner said that day of November 2026."""

    def said(text="", *, customer=None, day=10, month=11, **fields):
        when = timezone.make_aware(dt.datetime(2026, month, day, 10))
        whose = customer or CustomerFactory(owner=owner)
        return feedback.add_comment(whose, said_at=when, text=text, by=fields.pop("by", owner), **fields)

    return said


@pytest.fixture
def worth(owner):
    """`worth(500_00)`: a customer of the owner with that revenue in 12 months."""

    def made(minor, **fields):
        customer = CustomerFactory(owner=owner, **fields)
        StandingFactory(customer=customer, revenue_12m_minor=minor, stars=4)
        return customer

    return made


@pytest.fixture
def read():
    return services.read_comments
