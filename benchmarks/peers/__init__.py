"""Holdfast beside what its users would pick instead: the same files, the same tasks, one run, as ratios.

`python -m benchmarks.peers` prints it. The others live in `.venv-peers` (made by `tools/peers.py`): Holdfast needs none.
Words: contender one program in a process of its own, task one thing all are asked, figures what proves the task same.
"""
