"""Contract business: survivors of years 0–7 give years 8–12, sBG and beta-discrete-Weibull (methods §4.4, §12)."""

from __future__ import annotations

import numpy as np

from benchmarks.accuracy.figures import Say, at_most, line
from holdfast.analysis import lifetime

# Source: Fader & Hardie 2007, per cent still there after each year.
KNOWN, LAST = 8, 13
COHORTS = {
    "High End": (100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4),
    "Regular": (100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3),
}
GATES = {"High End": 0.029, "Regular": 0.015}


def measure(say: Say) -> None:
    for name, shares in COHORTS.items():
        alive = [10.0 * share for share in shares[:KNOWN]]
        truth, years = np.array(shares[KNOWN:]) / 100, np.arange(KNOWN, LAST)
        fits = {"sBG": lifetime.fit_sbg(alive), "beta-discrete-Weibull": lifetime.fit_beta_weibull(alive)}
        constant = (alive[-1] / alive[0]) ** (years / (KNOWN - 1))
        plain = f"constant retention: {np.abs(constant / truth - 1).mean():.4f}"
        for kind, fit in fits.items():
            off = float(np.abs(fit.model.survival(years) / truth - 1).mean())
            line(say, f"{name}, {kind}, MAPE years 8–12", off, at_most(GATES[name]), plain)
        best = min(fits, key=lambda kind: len(fits[kind].model.parameters) * 2 - 2 * fits[kind].log_likelihood)
        say(f"{name}, chosen by AIC on years 0–7", best)
