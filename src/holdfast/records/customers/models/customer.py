"""The customer, the people there, and the search entry."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import Department, User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.records.customers.models.ownership import Collaborator, Pool

KINDS = {"company": _("企业"), "person": _("个人")}
CHANNELS = {"end": _("最终客户"), "distributor": _("分销商")}
CALENDARS = {"solar": pgettext_lazy("calendar", "公历"), "lunar": pgettext_lazy("calendar", "农历")}


def kinds() -> list[tuple[str, Any]]:
    return list(KINDS.items())


def channels() -> list[tuple[str, Any]]:
    return list(CHANNELS.items())


def calendars() -> list[tuple[str, Any]]:
    return list(CALENDARS.items())


class Tag(Base):
    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, viewer: User) -> CustomerQuerySet:
        """The one policy: own, shared with me, my pools, my departments' — by the viewer's scope."""
        if not viewer.may(Permission.CUSTOMER_VIEW):
            return self.none()
        if viewer.scope == Scope.ALL:
            return self
        if viewer.department_ids:
            return self.filter(Q(department__in=viewer.department_ids) | Q(pk__in=seats_of(viewer)))
        return self.filter(pk__in=seats_of(viewer))


def seats_of(viewer: User) -> models.QuerySet[Any, Any]:
    """Keys of customers that are this person's own, shared with them, or lie in a pool they belong to.

    A union of three index look-ups: one `OR` over joins would read the whole table. PostgreSQL must be told what the join
    says already, that a pooled customer has a pool: else it takes all without an owner for these. SQLite, told the same,
    would read all without an owner.
    """
    customers = Customer.objects.order_by()
    own = customers.filter(owner=viewer).values("pk")
    shared = Collaborator.objects.filter(user=viewer).order_by().values("customer")
    pooled = customers.filter(owner=None, pool__members__user=viewer)
    if connection.vendor == "postgresql":
        pooled = pooled.filter(pool__isnull=False)
    return own.union(shared, pooled.values("pk"), all=True)


class Customer(Base):
    """A company or a person we serve, from the first trace (stage 识别) on; never deleted, only archived."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, choices=kinds, default="company")
    channel = models.CharField(max_length=12, choices=channels, default="end")
    uscc = models.CharField(max_length=18, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    province = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60, blank=True)
    special_requirements = models.TextField(blank=True)
    first_seen_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="customers")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="customers")
    pool = models.ForeignKey(Pool, models.PROTECT, null=True, blank=True, related_name="customers")
    tags = models.ManyToManyField(Tag, blank=True, related_name="customers")
    # Values of the company's own fields, by their codes; typed as `rules.custom` says.
    custom = models.JSONField(default=dict, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    # An entry that was merged stays as a signpost: its address leads to the kept one.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_customers")
    # Set while the person concerned wants no marketing; and once personal data were erased.
    no_marketing_on = models.DateField(null=True, blank=True)
    erased_on = models.DateField(null=True, blank=True)
    # Counts up with every change, so that two people who edit at once do not overwrite each other.
    version = models.PositiveIntegerField(default=1, editable=False)

    # Normalised for the duplicate check; filled by the services, never by hand.
    name_key = models.CharField(max_length=200, db_index=True, editable=False)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    email_key = models.CharField(max_length=254, blank=True, editable=False)

    objects = CustomerQuerySet.as_manager()
    personal_fields = {
        "name": "blank", "short_name": "blank", "phone": "erase", "email": "erase", "address": "erase",
        "special_requirements": "erase", "uscc": "keep", "name_key": "blank", "phone_key": "erase",
        "email_key": "erase", "custom": "erase",
    }  # fmt: skip

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="customer_owner"),
            models.Index(fields=["department", "-id"], name="customer_department"),
            models.Index(fields=["updated_at", "id"], name="customer_updated"),
            models.Index(fields=["archived_at"], name="customer_archived", condition=Q(archived_at__isnull=False)),
            models.Index(fields=["phone_key"], name="customer_phone", condition=~Q(phone_key="")),
            models.Index(fields=["email_key"], name="customer_email", condition=~Q(email_key="")),
            models.Index(fields=["uscc"], name="customer_uscc", condition=~Q(uscc="")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page 终身档案, kept by a higher room."""
        return f"/customers/{self.pk}/"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Contact(Base):
    """A person at a customer. A birthday is kept as entered: solar or lunar, the year may be unknown."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    wechat = models.CharField(max_length=60, blank=True)
    is_primary = models.BooleanField(default=False)
    birth_calendar = models.CharField(max_length=6, choices=calendars, default="solar")
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_is_leap_month = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    email_key = models.CharField(max_length=254, blank=True, editable=False)

    personal_fields = {
        "name": "erase", "title": "erase", "phone": "erase", "email": "erase", "wechat": "erase", "note": "erase",
        "birth_year": "erase", "birth_month": "erase", "birth_day": "erase", "phone_key": "erase",
        "email_key": "erase",
    }  # fmt: skip

    class Meta:
        ordering = ["-is_primary", "pk"]
        indexes = [
            models.Index(fields=["phone_key"], name="contact_phone", condition=~Q(phone_key="")),
            models.Index(fields=["email_key"], name="contact_email", condition=~Q(email_key="")),
            models.Index(fields=["birth_month", "birth_day"], name="contact_birthday"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_month=None, birth_day=None)
                | Q(birth_month__gte=1, birth_month__lte=12, birth_day__gte=1, birth_day__lte=31),
                name="contact_birthday_whole",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SearchEntry(models.Model):
    """What finds a customer: tokens for the index, and the folded text a hit is verified against.

    Apart from the customer row, because triggers hang on this table and Django drops triggers when it rebuilds one.
    Covers the names, code, phones, e-mails and contacts (see `common/searchkeys.py`).
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="search_entry")
    tokens = models.TextField(blank=True)
    text = models.TextField(blank=True)

    personal_fields = {"tokens": "erase", "text": "erase"}

    def __str__(self) -> str:
        return f"tokens of {self.customer_id}"


class CheckCount(models.Model):
    """What a person looked up on a day: whether somebody is a customer already, and whole numbers revealed.

    A guard against probing and against carrying numbers away.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    on = models.DateField()
    asked = models.PositiveIntegerField(default=0)
    hidden_hits = models.PositiveIntegerField(default=0)
    revealed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="check_count_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}: {self.asked}"
