"""Customers for tests: made by the services, so that they are keyed, numbered and found by search."""

import datetime as dt

import factory

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.records.customers import services
from holdfast.records.customers.models import Contact, Customer, Standing


class CustomerFactory(factory.django.DjangoModelFactory):
    """`CustomerFactory(owner=…, name=…, contacts=[{…}], tags=[…], archived=True)`."""

    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"客户{n}号机械有限公司")
    owner = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        is_archived, by = kwargs.pop("archived", False), kwargs.pop("by", None)
        customer = services.add_customer(by=by, **kwargs)
        if is_archived:
            services.archive_customers([customer], by=by)
            customer.refresh_from_db()
        return customer


class ContactFactory(factory.django.DjangoModelFactory):
    """A further person at a customer; search knows them."""

    class Meta:
        model = Contact

    customer = factory.SubFactory(CustomerFactory)
    name = factory.Sequence(lambda n: f"王小{'一二三四五六七八九十'[n % 10]}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        customer = kwargs.pop("customer")
        services.change_customers([(customer, {"contacts": [kwargs]})], by=None, keep_contacts=True)
        return customer.contacts.get(name=kwargs["name"])


class StandingFactory(factory.django.DjangoModelFactory):
    """Where a customer stands: `StandingFactory(customer=…, stars=5, movement="declining", …)`."""

    class Meta:
        model = Standing

    customer = factory.SubFactory(CustomerFactory)
    month = "2026-10"
    as_of = dt.date(2026, 11, 22)
    stars = 3
    stage = "mature"
    movement = "stable"
    risk = "low"
