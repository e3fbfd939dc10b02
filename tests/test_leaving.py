import pytest
from django.urls import reverse

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts import services as accounts
from holdfast.records.customers import services as customers
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def test_who_still_owns_customers_is_not_switched_off_before_they_are_handed_over(owner, teammate, admin):
    kept = [CustomerFactory(owner=owner), CustomerFactory(owner=owner)]
    CustomerFactory(owner=owner, archived=True)

    with pytest.raises(Refusal, match=r"2 位客户.*转交"):
        accounts.deactivate(owner, by=admin)

    customers.assign_customers(kept, to=teammate, by=admin)
    accounts.deactivate(owner, by=admin)
    owner.refresh_from_db()
    assert not owner.is_active


@pytest.mark.shows("OWN-08")
def test_the_page_of_a_person_leads_to_handing_over_the_tasks(owner, admin, login):
    browser = login(admin)

    page = browser.get(reverse("accounts:person", args=[owner.pk])).content.decode()

    assert f"{reverse('timeline:hand_over')}?from={owner.pk}" in page
