"""How the model ``default``, which the package carries, is made.

``python -m training --out DIR`` simulates micrographs without end, cuts labelled patches from
them, trains a ResNet on each patch once, and writes the model to ``DIR/default``. It may be killed
at any moment: the same command goes on after the last whole piece, with the same result.
"""
