"""The cells of the matrix: all of them, or so few that any two values of different sides still meet (pairwise)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


def everything(first: Sequence[A], second: Sequence[B], third: Sequence[C]) -> Iterator[tuple[A, B, C]]:
    return ((one, two, three) for one in first for two in second for three in third)


def pairwise(
    first: Sequence[A], second: Sequence[B], third: Sequence[C], is_a_cell: Callable[[B, C], bool]
) -> Iterator[tuple[A, B, C]]:
    """Yield cells in which every pair of two values meets that can; `is_a_cell` says which of the last two can.

    Walking diagonals covers most pairs with each cell; what is left over is added pair by pair.
    """
    left_of_first = {(one, three) for one in range(len(first)) for three in range(len(third))}
    left_of_last = {(two, three) for two in range(len(second)) for three in range(len(third))
                    if is_a_cell(second[two], third[three])}  # fmt: skip
    for one in range(len(first)):
        for two in range(len(second)):
            fitting = [three for three in range(len(third)) if is_a_cell(second[two], third[three])]
            if not fitting:
                continue
            turned = fitting[(one + two) % len(fitting) :] + fitting[: (one + two) % len(fitting)]
            three = max(turned, key=lambda at: ((one, at) in left_of_first) + ((two, at) in left_of_last))
            left_of_first.discard((one, three))
            left_of_last.discard((two, three))
            yield first[one], second[two], third[three]
    for two, three in sorted(left_of_last):
        yield first[(two + three) % len(first)], second[two], third[three]
