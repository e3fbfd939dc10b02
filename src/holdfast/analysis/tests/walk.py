"""The life cycle told once more, day by day and customer by customer, in plain Python: only for comparison."""

import calendar
import math
from datetime import timedelta
from statistics import NormalDist

Z80, Z95, Z99 = (NormalDist().inv_cdf(p) for p in (0.80, 0.95, 0.99))
GONE, ACTIVE = ("silent", "lost"), ("growing", "mature", "declining")


class Walk:
    def __init__(self, rows, mu0, sigma, contact=None, ended=None):
        self.amounts = {day: amount for day, amount, _ in rows}
        self.bought = sorted(day for day, _, purchase in rows if purchase)
        self.mu0, self.sigma, self.contact, self.ended = mu0, sigma, contact, ended
        self.stage, self.earlier, self.place = None, None, 0
        self.past, self.history = [], []
        self.runs = dict.fromkeys(("up", "down", "stable", "calm"), 0)

    def to(self, as_of):
        self.upcoming = [day for day in self.bought if day <= as_of]
        day = self.bought[0] if self.upcoming else as_of
        while day <= as_of:
            if self.upcoming and self.upcoming[0] == day:
                self.buy(self.upcoming.pop(0))
            if day.day == calendar.monthrange(day.year, day.month)[1]:
                self.judge(day)
            self.sweep(day)
            day += timedelta(days=1)
        return self.history

    def enter(self, stage, day, rule):
        self.stage = stage
        self.history.append((day, stage, rule))

    def buy(self, day):
        self.past.append(day)
        self.place += 1
        if len(self.past) == 1:
            self.enter("activated", day, "first_purchase")
        elif self.stage in GONE:
            self.place = 1
            self.enter("won_back", day, "won_back")
        elif self.place == 2:
            self.enter("growing", day, "second_purchase")
        elif self.stage == "at_risk":
            self.enter(self.earlier, day, "back_in_time")

    def mu(self):
        gaps = [math.log((b - a).days) for a, b in zip(self.past, self.past[1:], strict=False)]
        return (sum(gaps) + 3 * self.mu0) / (len(gaps) + 3)

    def overdue(self, day):
        """What the nightly sweep of this day would call the silence, or nothing."""
        if not self.past:
            return None
        last, mu = self.past[-1], self.mu()
        elapsed = (day - last).days
        following = self.upcoming[0] if self.upcoming else None
        limit = [math.exp(mu + z * self.sigma) for z in (Z80, Z95, Z99)]
        if self.ended and last <= self.ended <= day:
            return "lost", "contract_ended"
        if elapsed >= max(365, 5 * math.exp(mu)):
            return "lost", "long_absence"
        if elapsed >= limit[2]:
            return "silent", "overdue_99"
        if self.contact and (following is None or self.contact < following):
            quiet = (day - max(last, self.contact)).days
            if quiet >= 90 and elapsed >= limit[0]:
                return "silent", "no_contact"
        return ("at_risk", "overdue_95") if elapsed >= limit[1] else None

    def sweep(self, day):
        found = self.overdue(day)
        if found and found[0] != self.stage and not (self.stage in GONE and found[0] == "at_risk"):
            if self.stage not in ("at_risk", *GONE):
                self.earlier = self.stage
            self.enter(found[0], day, found[1])

    def revenue(self, day, first, last):
        return sum(self.amounts.get(day - timedelta(days=back), 0) for back in range(first, last))

    def judge(self, day):
        recent, before = self.revenue(day, 0, 90), self.revenue(day, 90, 180)
        tenure = (day - self.past[0]).days if self.past else -1
        up = recent * 10 > before * 11 if before > 0 else recent > before
        down = (recent * 10 < before * 9 if before > 0 else recent < before) and tenure >= 180
        calm = not down and recent > 0
        for name, holds in (("up", up), ("down", down), ("calm", calm), ("stable", calm and not up)):
            self.runs[name] = self.runs[name] + 1 if holds else 0
        if self.stage in ACTIVE and not self.overdue(day):
            self.move(day, tenure)

    def move(self, day, tenure):
        lasting = {name for name, run in self.runs.items() if run >= 2}
        in_time = (day - self.past[-1]).days < math.exp(self.mu() + Z80 * self.sigma)
        if "down" in lasting:
            if self.stage != "declining":
                self.enter("declining", day, "declining_two_months")
        elif self.stage == "growing" and "stable" in lasting and tenure >= 365 and in_time:
            self.enter("mature", day, "stable_two_months")
        elif self.stage == "declining" and "calm" in lasting:
            self.enter("mature", day, "recovered_two_months")
        elif self.stage == "mature" and "up" in lasting:
            self.enter("growing", day, "growing_two_months")
