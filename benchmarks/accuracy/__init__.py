"""Accuracy on what no fit has seen: `python -m benchmarks.accuracy`, with the public data kept beside the code.

Owns the splits (fixed here before anything was tuned), the baselines and the references beside every figure.
Words: origin the last day that is known, holdout the days after it, gate the figure that must be reached.
"""
