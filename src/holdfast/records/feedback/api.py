"""What customers said, for programs: list it, keep it, correct it, say what it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from pydantic import AwareDatetime, Field

from holdfast.common.api import (
    Asked,
    In,
    Key,
    Out,
    Problem,
    Room,
    Sort,
    Text,
    Whole,
    bulk,
    choice,
    day,
    etag_of,
    flag,
    listed,
    moment,
    page_of,
    rows_of,
    seen,
    whole,
)
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce.models import Order, Product
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.feedback import queries, services
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.rules import CHANNELS, FACTORS, MOST_TOPICS, SCALES, TEXT_LENGTH, TOPIC_LENGTH

router = Room("feedback")
VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.FEEDBACK_EDIT
NEWEST, SINCE = Sort("new", "said_at", is_falling=True), Sort("since", "updated_at")
Channel = Annotated[str, Field(pattern=f"^({'|'.join(CHANNELS)})$")]
Nps = Annotated[int, Field(ge=0, le=10)]
Csat = Annotated[int, Field(ge=1, le=5)]
SCORES = (*SCALES, *FACTORS)
NARROW = {
    "customer": "customer", "channel": "channel", "since": "said_on__gte", "until": "said_on__lte",
    "updated_since": "updated_at__gte",
}  # fmt: skip


class CommentOut(Out):
    """`confirmed_…` is what a person read out of it; null or empty where nobody has yet."""

    id: int
    customer_id: int = 0
    contact_id: int | None = None
    order_id: int | None = None
    product_id: int | None = None
    channel: str = ""
    said_at: datetime | None = None
    said_on: date | None = None
    text: str = ""
    nps: int | None = None
    csat: int | None = None
    attitude: int | None = None
    quality: int | None = None
    communication: int | None = None
    timeliness: int | None = None
    author_id: int | None = None
    source: str = ""
    confirmed_tone: str = ""
    confirmed_complaint: bool | None = None
    confirmed_topics: list[str] | None = None
    confirmed_by_id: int | None = None
    confirmed_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class CommentIn(In):
    """Words, a score, or both; the same `source` again brings the comment that stands."""

    customer_id: Key
    said_at: AwareDatetime
    text: Text(TEXT_LENGTH) = ""  # type: ignore[valid-type]
    channel: Channel = "other"
    nps: Nps | None = None
    csat: Csat | None = None
    attitude: Csat | None = None
    quality: Csat | None = None
    communication: Csat | None = None
    timeliness: Csat | None = None
    contact_id: Key | None = None
    order_id: Key | None = None
    product_id: Key | None = None
    source: Text(70) = ""  # type: ignore[valid-type]


class CommentPatch(In):
    said_at: AwareDatetime | None = None
    text: Text(TEXT_LENGTH) | None = None  # type: ignore[valid-type]
    channel: Channel | None = None
    nps: Nps | None = None
    csat: Csat | None = None
    attitude: Csat | None = None
    quality: Csat | None = None
    communication: Csat | None = None
    timeliness: Csat | None = None


class ReadingIn(In):
    tone: Literal["positive", "neutral", "negative"]
    is_complaint: bool = False
    topics: Annotated[list[Annotated[str, Field(max_length=TOPIC_LENGTH)]], Field(max_length=MOST_TOPICS)] = []


def _shown(comment: Comment) -> dict[str, Any]:
    return {name: getattr(comment, name) for name in CommentOut.model_fields}


@router.lists(
    "/comments", "list_comments", "List comments", gives=CommentOut, words=[VIEW],
    params=[
        whole("customer"), choice("channel", list(CHANNELS)), day("since"), day("until"), flag("confirmed"),
        moment("updated_since"),
    ],
)  # fmt: skip
def list_comments(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What your customers said, the latest first; `confirmed=false` are those that no person has read yet."""
    found: QuerySet[Comment] = Comment.objects.visible_to(request.user)
    found = found.filter(**{NARROW[name]: value for name, value in asked.values.items() if name in NARROW})
    if "confirmed" in asked.values:
        found = found.filter(confirmed_at__isnull=not asked.get("confirmed"))
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row)), page.next)


def _comment(request: StaffRequest, pk: int) -> Comment:
    found = queries.visible_comments(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _whole(comment: Comment) -> Whole:
    return Whole(_shown(comment), etag_of(comment), f"/api/v1/comments/{comment.pk}")


@router.gets("/comments/{int:pk}", "get_comment", "Read a comment", gives=CommentOut, words=[VIEW])
def get_comment(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One thing a customer said."""
    found = _comment(request, pk)
    return Whole(asked.cut(_shown(found)), etag_of(found))


class Known:
    """What rows name, as far as the viewer sees it."""

    def __init__(self, viewer: User, rows: list[dict[str, Any]]) -> None:
        def keys(name: str) -> set[int]:
            return {key for row in rows if isinstance(key := row.get(name), int)}

        self.customers = Customer.objects.visible_to(viewer).in_bulk(keys("customer_id"))
        self.contacts = Contact.objects.filter(customer__in=self.customers).in_bulk(keys("contact_id"))
        self.orders = Order.objects.visible_to(viewer).in_bulk(keys("order_id"))
        self.products = Product.objects.in_bulk(keys("product_id"))

    def row(self, body: CommentIn) -> dict[str, Any]:
        """The comment as the services take it."""
        row = body.given()
        found: dict[str, Any] = {name: row[name] for name in ("said_at", "text", "channel", *SCORES) if name in row}
        found["customer"] = self._one(self.customers, "customer_id", body.customer_id)
        found["contact"] = self._one(self.contacts, "contact_id", body.contact_id)
        found["order"] = self._one(self.orders, "order_id", body.order_id)
        found["product"] = self._one(self.products, "product_id", body.product_id)
        return {**found, "source": f"api:{body.source}" if body.source else ""}

    def _one(self, known: dict[int, Any], field: str, key: int | None) -> Any:
        if key is None:
            return None
        if key not in known:
            raise Problem("not_known", 422, field=field, name=f"{field} {key}")
        return known[key]


@router.adds("/comments", "create_comment", "Keep a comment", gives=CommentOut, words=[VIEW, EDIT])
def create_comment(request: StaffRequest, body: CommentIn) -> Whole:
    """Keep what a customer said; the author is the token's person. It is read for tone and topics in the background."""
    row = Known(request.user, [body.given()]).row(body)
    return _whole(services.add_comments([row], by=request.user)[0])


class CommentsIn(In):
    rows: rows_of("CommentIn")  # type: ignore[valid-type]


@router.adds_many("/comments/bulk", "create_comments", "Keep many comments", words=[VIEW, EDIT])
def create_comments(request: StaffRequest, body: CommentsIn) -> tuple[dict[str, Any], int]:
    """Keep up to 500 comments, each with its own result."""
    known = Known(request.user, body.rows)
    return bulk(
        body.rows,
        check=lambda row: known.row(CommentIn.model_validate(row)),
        write=lambda rows: services.add_comments(rows, by=request.user),
    )


@router.changes("/comments/{int:pk}", "update_comment", "Correct a comment", gives=CommentOut, words=[VIEW, EDIT])
def update_comment(request: StaffRequest, pk: int, body: CommentPatch) -> Whole:
    """Correct what was written down; only who wrote it may, and only for some days."""
    with transaction.atomic():
        found = _comment(request, pk)
        if not queries.may_change(request.user, found):
            raise Problem("forbidden", 403)
        seen(request, found)
        given = {name: value for name, value in body.given().items() if value is not None or name in SCORES}
        done = services.correct_comment(found, by=request.user, **given)
    return _whole(done)


@router.does(
    "/comments/{int:pk}/confirm", "confirm_comment", "Say what a comment is", gives=CommentOut, words=[VIEW, EDIT]
)
def confirm_comment(request: StaffRequest, pk: int, body: ReadingIn) -> Whole:
    """Say its tone, whether it holds a complaint, and its topics; a machine's reading stands apart from this."""
    with transaction.atomic():
        found = _comment(request, pk)
        seen(request, found)
        done = services.confirm_reading(
            found, tone=body.tone, is_complaint=body.is_complaint, topics=body.topics, by=request.user
        )
    return _whole(done)
