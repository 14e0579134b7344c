"""A patch, turned and mirrored on the grid of its pixels."""

from __future__ import annotations

from torch import Tensor

__all__ = ["symmetric_views"]


def symmetric_views(patches: Tensor) -> list[Tensor]:
    """Return patches, shape (n, 1, rows, cols), and the same turned and mirrored on the grid.

    There are eight views of square patches, and four of others, which can't be turned by a
    quarter.
    """
    views = (
        [patches, patches.transpose(2, 3)] if patches.shape[2] == patches.shape[3] else [patches]
    )
    for axes in ([2], [3]):
        views += [view.flip(axes) for view in views]
    return views
