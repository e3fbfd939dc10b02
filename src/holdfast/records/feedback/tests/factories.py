"""Comments for tests: `CommentFactory(customer=…, text=…, channel=…, nps=…)`, made by the services."""

from datetime import UTC, datetime

import factory

from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.feedback import services
from holdfast.records.feedback.models import Comment


class CommentFactory(factory.django.DjangoModelFactory):
    """Something a customer said on the phone on 10 November 2026."""

    class Meta:
        model = Comment

    customer = factory.SubFactory(CustomerFactory)
    said_at = datetime(2026, 11, 10, 2, tzinfo=UTC)
    text = factory.Sequence(lambda n: f"送货很快，就是第 {n} 箱包装破了")
    channel = "phone"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return services.add_comment(kwargs.pop("customer"), by=kwargs.pop("by", None), **kwargs)
