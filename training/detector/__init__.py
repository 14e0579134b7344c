"""How the learned detector is made.

``python -m training.detector --out DIR`` simulates micrographs without end, cuts crops from them,
and trains a network that says of each place what ring, which atom and what kind of area it is. It
may be killed at any moment: the same command goes on after the last whole piece, with the same
result.
"""
