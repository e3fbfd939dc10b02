"""The pure engine of customer science: tables in, one table out, `as_of` always given.

Owns every formula of the house (rhythm, RFM, life cycle, 5A, Pareto, movement), no data, no Django.
Words: line, customer day, purchase day, as_of (end of that day), minor units, part, star, stage, movement.
"""
