"""The skills of a record: a flag for each that training saw often enough."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import polars as pl

from features.column import Column

NAN = float("nan")
LEAST = 30.0
"""A skill seen with less weight than this gets no flag: its worth would be noise."""


class Flags:
    """One column a skill: 1 with it, else 0; and how many are listed, NaN where none is.

    That count alone tells "lists none" from "has none of these": flags that are nearly all 0 are
    bundled by LightGBM and cost next to nothing, flags that are NaN would cost a column each.
    """

    def __init__(self, skills: tuple[str, ...]) -> None:
        self.skills = skills
        self._places = {skill: place for place, skill in enumerate(skills)}
        self.columns = (
            Column("skills:count", "skills"),
            *(Column(f"skills:{skill}", "skills") for skill in skills),
        )

    @classmethod
    def fit(cls, frame: pl.DataFrame) -> Self:
        """Return flags for the skills of ``frame`` with a total ``__weight`` of ``LEAST``."""
        seen = (
            frame.select("skills", "__weight")
            .explode("skills")
            .drop_nulls("skills")
            .group_by("skills")
            .agg(pl.col("__weight").sum())
            .filter(pl.col("__weight") >= LEAST)
        )
        return cls(tuple(sorted(seen["skills"])))

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, 1 + skills)."""
        listed = frame["skills"].list.len().to_numpy()
        flags = np.zeros((frame.height, 1 + len(self.skills)), dtype=np.float32)
        flags[:, 0] = np.where(listed > 0, listed, NAN)
        places = (
            frame.select("skills")
            .with_row_index("row")
            .explode("skills")
            .select(
                "row",
                pl.col("skills").replace_strict(self._places, default=None, return_dtype=pl.Int64),
            )
            .drop_nulls()
            if self._places
            else pl.DataFrame(
                {"row": [], "skills": []}, schema={"row": pl.Int64, "skills": pl.Int64}
            )
        )
        flags[places["row"].to_numpy(), 1 + places["skills"].to_numpy()] = 1.0
        return flags

    def encode_one(self, record: Mapping[str, Any]) -> list[float]:
        """Return the same for one record."""
        listed = record.get("skills") or ()
        row = [0.0] * (1 + len(self.skills))
        row[0] = float(len(listed)) if listed else NAN
        for skill in listed:
            place = self._places.get(skill)
            if place is not None:
                row[1 + place] = 1.0
        return row

    def state(self) -> dict[str, Any]:
        """Return what ``from_state`` needs, as plain JSON."""
        return {"skills": list(self.skills)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the flags that ``state`` was taken from."""
        return cls(tuple(state["skills"]))
