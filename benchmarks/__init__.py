"""Figures, measured on this machine in one run; never part of the tests. `make bench` prints them."""
