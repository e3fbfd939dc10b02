"""Rooms above that read comments are told when comments are new or say something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Follower = Callable[[Sequence[int], str], None]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """`follower(comment ids, what)` is called in the writing transaction; what: its "text" or
    a person's "reading" changed, or an undo "restored" it."""
    if follower not in _followers:
        _followers.append(follower)


def tell(ids: Sequence[int], what: str) -> None:
    for follower in _followers if ids else ():
        follower(ids, what)
