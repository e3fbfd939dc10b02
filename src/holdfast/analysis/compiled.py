"""Loops over single customers, compiled by Numba when first called and kept on disk; nothing is loaded before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, overload

import numpy as np

_ALONE = threading.RLock()
_TYPED: list[Compiled] = []


class Compiled:
    """A function of arrays and numbers, compiled on its first call; it lets go of the interpreter's lock.

    The machine code is kept where Numba keeps it: beside the source, in the user's own cache, or in NUMBA_CACHE_DIR.
    Where none of them can be written it is compiled anew in each process. types: Numba's word for what goes in and comes
    out; with it the code is there before the first call, and arrays that may not be written to are copied.
    """

    def __init__(self, plain: Callable[..., Any], types: str | None = None) -> None:
        self.plain, self.types = plain, types
        self._ready: Callable[..., Any] | None = None
        self.__doc__ = plain.__doc__
        if types is not None:
            _TYPED.append(self)

    def __call__(self, *given: Any) -> Any:
        """What the function gives."""
        ready = self.ready()
        return ready(*given) if self.types is None else ready(*map(_own, given))

    @property
    def at_hand(self) -> bool:
        """Whether it can be called without waiting for it to be loaded."""
        return self._ready is not None

    def ready(self) -> Callable[..., Any]:
        """The compiled function."""
        if self._ready is None:
            with _ALONE:
                self._ready = self._ready or _made(self.plain, self.types)
        return self._ready


def _own(value: Any) -> Any:
    """Arrays of Arrow are for reading only, which Numba takes for a type of its own."""
    return np.require(value, requirements=["C", "W"]) if isinstance(value, np.ndarray) else value


def _made(plain: Callable[..., Any], types: str | None) -> Callable[..., Any]:
    import numba  # takes half a second to load, and only large inputs need it

    ready: Callable[..., Any]
    try:
        ready = numba.njit(types, cache=True, nogil=True, error_model="numpy")(plain)
    except RuntimeError:  # no place for the cache
        ready = numba.njit(types, nogil=True, error_model="numpy")(plain)
    return ready


@overload
def compiled(plain: Callable[..., Any]) -> Compiled: ...
@overload
def compiled(plain: str) -> Callable[[Callable[..., Any]], Compiled]: ...
def compiled(plain: Callable[..., Any] | str) -> Any:
    """Decorate a function that Numba can compile; or, with types in Numba's words, `@compiled("i8(i8[::1])")`."""
    if isinstance(plain, str):
        return lambda function: Compiled(function, plain)
    return Compiled(plain)


def prepare() -> threading.Thread:
    """Begin to load what has types beside other work: over a second, that waiting for files and databases covers."""
    loading = threading.Thread(target=_load, name="holdfast-compiled", daemon=True)
    loading.start()
    return loading


def _load() -> None:
    for function in list(_TYPED):
        function.ready()
