"""One column of the matrix: its name, the record's field it came from, and what LightGBM may do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the encoded matrix.

    Attributes:
        name: Unique in the matrix, e.g. ``"role:mean"``.
        field: The record's field it speaks of; explanations are summed by it.
        categorical: LightGBM reads it as an unordered code.
        rising: Pay never falls as it rises, all else equal.
    """

    name: str
    field: str
    categorical: bool = False
    rising: bool = False
