"""Loops over single customers, compiled by Numba when first called and kept on disk; nothing is loaded before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

_ALONE = threading.RLock()


class Compiled:
    """A function of arrays and numbers, compiled on its first call; it lets go of the interpreter's lock.

    The machine code is kept where Numba keeps it: beside the source, in the user's own cache, or in NUMBA_CACHE_DIR.
    Where none of them can be written it is compiled anew in each process.
    """

    def __init__(self, plain: Callable[..., Any]) -> None:
        self.plain = plain
        self._ready: Callable[..., Any] | None = None
        self.__doc__ = plain.__doc__

    def __call__(self, *given: Any) -> Any:
        """What the function gives."""
        if self._ready is None:
            with _ALONE:
                self._ready = self._ready or _made(self.plain)
        return self._ready(*given)


def _made(plain: Callable[..., Any]) -> Callable[..., Any]:
    import numba  # takes half a second to load, and only large inputs need it

    ready: Callable[..., Any]
    try:
        ready = numba.njit(cache=True, nogil=True, error_model="numpy")(plain)
    except RuntimeError:  # no place for the cache
        ready = numba.njit(nogil=True, error_model="numpy")(plain)
    return ready


def compiled(plain: Callable[..., Any]) -> Compiled:
    """Decorate a function that Numba can compile."""
    return Compiled(plain)
