"""Special functions the lifetime models need, vectorised and safe where SciPy's are slow or break down.

`hyp2f1` is Gauss's hypergeometric function for real parameters and z < 1; `first_unit` the case 2F1(1, p; q; z) with
its derivatives. Both keep to sums and fractions of one sign wherever the models call them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.special

from holdfast.analysis.compiled import compiled
from holdfast.analysis.ledger import Array

EXACT = 1e-17
LARGE = 1e200
# The series alone, if it settles in so many terms; else Taylor steps that halve the way to the singular point at 1,
# short enough that the equation's other solution, z^(1−c), is not woken.
MOST_TERMS = 600
STEP_FROM = 0.5
LONGEST_STEP = 2.0
TAYLOR_TERMS = 4_000
QUANTILE_NODES = 96


def hyp2f1(a: Array | float, b: Array | float, c: Array | float, z: Array | float) -> Array:
    """Gauss's 2F1(a, b; c; z) for real parameters and z < 1, one value for each place of the broadcast inputs.

    Formula: the series where it settles soon, else Taylor steps along the hypergeometric equation; z < 0 by Pfaff's
    transformation. Errors: none; NaN where z ≥ 1. Source: methods §4.1, "Numerics".
    """
    value, log_scale = scaled_hyp2f1(a, b, c, z)
    with np.errstate(over="ignore"):
        found: Array = value * np.exp(log_scale)
    return found


def scaled_hyp2f1(a: Array | float, b: Array | float, c: Array | float, z: Array | float) -> tuple[Array, Array]:
    """The same as (v, s) with 2F1 = v·e^s, so that nothing overflows."""
    wide = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in (a, b, c, z)))
    shape = wide[0].shape
    aa, bb, cc, zz = (part.ravel().copy() for part in wide)
    log_scale = np.zeros(len(zz))
    below = zz < 0
    if below.any():
        log_scale[below] = -aa[below] * np.log1p(-zz[below])
        bb[below] = cc[below] - bb[below]
        zz[below] = zz[below] / (zz[below] - 1)
    value = np.full(len(zz), np.nan)
    inside = np.flatnonzero(zz < 1)
    value[inside], more, slow = _near(aa[inside], bb[inside], cc[inside], zz[inside])
    log_scale[inside] += more
    left = inside[slow]
    if len(left):
        value[left], again = _far(aa[left], bb[left], cc[left], zz[left])
        log_scale[left] += again - more[slow]
    return value.reshape(shape), log_scale.reshape(shape)


def _near(a: Array, b: Array, c: Array, z: Array) -> tuple[Array, Array, Array]:
    """The series and where it has not settled."""
    value, _, log_scale, slow = _series(a, b, c, z)
    return value, log_scale, slow


def _series(a: Array, b: Array, c: Array, z: Array) -> tuple[Array, Array, Array, Array]:
    """Value and z·derivative of the series, both over e^scale, and where it has not settled."""
    term, total, slope = np.ones_like(z), np.ones_like(z), np.zeros_like(z)
    log_scale = np.zeros_like(z)
    slow = np.ones(len(z), dtype=bool)
    for n in range(MOST_TERMS):
        ratio = (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z
        term = term * ratio
        total = total + term
        slope = slope + (n + 1) * term
        if n % 8 == 7:
            log_scale += _rescale(term, total, slope)
            slow = (np.abs(term) > EXACT * np.abs(total) * (1 - np.abs(ratio))) & (term != 0)
            if not slow.any():
                break
    return total, slope, log_scale, slow


def _rescale(*parts: Array) -> Array:
    """Divide the rows whose last-but-one part has grown large, in place; the logarithm of what was divided by."""
    size = np.maximum(np.abs(parts[1]), 1.0)
    divisor = np.where(size > LARGE, size, 1.0)
    if (divisor > 1).any():
        for part in parts:
            part /= divisor
    return np.log(divisor)


def _far(a: Array, b: Array, c: Array, z: Array) -> tuple[Array, Array]:
    """From the series at .5 on, step by step, each at most half of what is left to 1."""
    at = np.full_like(z, STEP_FROM)
    value, slope, log_scale, _ = _series(a, b, c, at)
    slope = slope / at
    open_rows = np.arange(len(z))
    while len(open_rows):
        here = at[open_rows]
        longest = np.minimum(0.5 * (1 - here), LONGEST_STEP * here / (1 + np.abs(c[open_rows])))
        step = np.minimum(z[open_rows] - here, longest)
        parts = a[open_rows], b[open_rows], c[open_rows], here, step
        found, rising = _taylor(*parts, value[open_rows], slope[open_rows])
        divisor = np.where(np.abs(found) > LARGE, np.abs(found), 1.0)
        value[open_rows], slope[open_rows] = found / divisor, rising / divisor
        log_scale[open_rows] += np.log(divisor)
        at[open_rows] = np.where(z[open_rows] - here <= longest, z[open_rows], here + step)
        open_rows = open_rows[at[open_rows] < z[open_rows]]
    return value, log_scale


def _taylor(a: Array, b: Array, c: Array, at: Array, h: Array, value: Array, slope: Array) -> tuple[Array, Array]:
    """Value and derivative at `at + h`, from those at `at`, by the recurrence of the hypergeometric equation."""
    low, high = value, slope * h
    total, rising = low + high, high.copy()
    width = at * (1 - at)
    shift, turn = c - (a + b + 1) * at, 1 - 2 * at
    for k in range(TAYLOR_TERMS):
        down = (k + 2.0) * (k + 1.0) * width
        following = (h * h * (k + a) * (k + b) * low - h * (k + 1) * (k * turn + shift) * high) / down
        low, high = high, following
        total = total + following
        rising = rising + (k + 2) * following
        if k % 8 == 7 and not (np.abs(following) * (k + 2) > EXACT * np.abs(total)).any():
            break
    return total, np.divide(rising, h, out=np.zeros_like(h), where=h > 0)


@dataclass(frozen=True)
class Unit:
    """2F1(1, p; q; z) and its derivatives by p, q and z."""

    value: Array
    by_p: Array
    by_q: Array
    by_z: Array


def first_unit(p: Array, q: Array, z: Array, *, exact: float = 1e-15) -> Unit:
    """2F1(1, p; q; z) for 0 ≤ z < 1 and q − 1 > 0, q > p > 0, by Gauss's continued fraction, with its derivatives.

    Formula: 1/(1 − k1·z/(1 − k2·z/…)), evaluated from the end, where the tail is (1 + √(1−z))/2; every part lies in
    (0, 1], so nothing cancels. Source: DLMF 15.7.1 with b = 0.
    """
    parts = [np.empty(len(z)) for _ in range(4)]
    _fractions(*(np.ascontiguousarray(part, dtype=np.float64) for part in (p, q, z)), exact, *parts)
    return Unit(*parts)


@compiled
def _fractions(p: Array, q: Array, z: Array, exact: float, value: Array, by_p: Array, by_q: Array, by_z: Array) -> None:
    """Each fraction as deep as its own z asks for; coefficients and their derivatives share one division a step."""
    for i in range(len(z)):
        root = np.sqrt(1.0 - z[i])
        rate = (1.0 - root) / (1.0 + root)
        depth = 6 if rate <= 0.0 else min(4000, 6 + int(np.log(exact) / np.log(rate)))
        f = 0.5 * (1.0 + root)
        d_p, d_q, d_z = 0.0, 0.0, -0.25 / (2.0 * f - 1.0)
        for step in range(depth, 0, -1):
            n = step // 2
            if step == 1:
                k, k_p, k_q = p[i] / q[i], 1.0 / q[i], -p[i] / (q[i] * q[i])
            elif step % 2:
                low, high = q[i] + (2 * n - 1), q[i] + 2 * n
                first, second = p[i] + n, q[i] + (n - 1)
                share = 1.0 / (low * high)
                k = first * second * share
                k_p, k_q = second * share, (first - k * (low + high)) * share
            else:
                low, high = q[i] + (2 * n - 2), q[i] + (2 * n - 1)
                share = 1.0 / (low * high)
                k = n * (q[i] - p[i] + (n - 1)) * share
                k_p, k_q = -n * share, (n - k * (low + high)) * share
            inverse = 1.0 / f
            part = z[i] * inverse
            weight = k * part * inverse
            d_p = weight * d_p - k_p * part
            d_q = weight * d_q - k_q * part
            d_z = weight * d_z - k * inverse
            f = 1.0 - k * part
        value[i] = 1.0 / f
        square = -value[i] * value[i]
        by_p[i], by_q[i], by_z[i] = square * d_p, square * d_q, square * d_z


@cache
def _gauss(nodes: int) -> tuple[Array, Array]:
    """Nodes and weights of Gauss and Legendre on (−1, 1)."""
    return np.polynomial.legendre.leggauss(nodes)


def discounted_decay(start: Array, power: float, rate: float) -> Array:
    """∫₀^∞ e^(−rate·t)·(start/(start+t))^power dt for rate > 0, one value per start.

    Formula: t = start·(e^u − 1), then 96 Gauss nodes up to where the discount has fallen to e^−45. It equals
    start·Γ-form e^z·E_power(z) with z = rate·start. Source: Fader, Hardie & Lee 2005 (JMR 42), the integral behind Ψ.
    """
    nodes, weights = _gauss(QUANTILE_NODES)
    start = np.asarray(start, dtype=np.float64)[..., None]
    upper = np.log1p(45 / (rate * start))
    u = 0.5 * upper * (nodes + 1)
    inside = np.exp(-rate * start * np.expm1(u) + (1 - power) * u)
    found: Array = (0.5 * upper * start)[..., 0] * (inside @ weights)
    return found


def mean_until_leaving(shape: Array, span: Array, a: float, b: Array) -> Array:
    """E[(1 − (1 + p·span)^−shape)/p] for p from a beta(a, b), one value per row.

    The purchases expected of who leaves after each with chance p and buys at a gamma rate of that shape. Formula: 200
    Gauss nodes in ln(p/(1−p)) where the density lies, the tails on both sides as masses at p = 0 and p = 1. Slower
    than the closed form with 2F1, but every part is positive. Source: Fader, Hardie & Lee 2005, the expectation itself.
    """
    nodes, weights = _gauss(2 * QUANTILE_NODES)
    middle, width = np.log(a / b), 14 * np.sqrt(1 / a + 1 / b)
    least = np.log(1e-9 * np.minimum(1.0, 1 / np.maximum(shape * span, 1e-12)))
    low, high = np.maximum(middle - width, np.minimum(least, middle - 1)), np.minimum(middle + width, middle + 30)
    half = 0.5 * (high - low)
    v = low[:, None] + half[:, None] * (nodes + 1)
    p = scipy.special.expit(v)
    log_density = -a * np.logaddexp(0, -v) - b[:, None] * np.logaddexp(0, v) - scipy.special.betaln(a, b)[:, None]
    inside = -np.expm1(-shape[:, None] * np.log1p(p * span[:, None])) / p * np.exp(log_density)
    at_ends = scipy.special.betainc(a, b, scipy.special.expit(low)) * shape * span
    at_ends += scipy.special.betainc(b, a, scipy.special.expit(-high)) * -np.expm1(-shape * np.log1p(span))
    found: Array = half * (inside @ weights) + at_ends
    return found
