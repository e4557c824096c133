"""Where one person's base, bonus and equity fall, by what was seen of people like them.

For requests alike in what they tell, people are put in bins by the share of their pay that a
component was predicted to be. Each bin keeps how many had none of it, and, of the others, quantiles
of log(actual / predicted) over the predicted scale, all measured out of fold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from serving.calibration import between, group
from serving.component_table import ComponentRange, Table

COMPONENTS = ("base", "bonus", "equity")
AT = (0.5, 0.8, 0.9, 0.95)
"""Stated coverages at which the measured one is kept."""

OWN = 1000
"""Requests alike have tables of their own from so many records on; others share those of all."""

POOLED = "pooled"


@dataclass(frozen=True)
class ComponentRanges:
    """Tables of each component, by what a request tells.

    Attributes:
        tables: Key -> component -> table; ``POOLED`` is always there.
        measured: Component -> coverage of its ranges measured on held-out records, at ``AT``.
    """

    tables: Mapping[str, Mapping[str, Table]]
    measured: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def measure(
        cls,
        keys: list[str],
        predicted: np.ndarray,
        actual: np.ndarray,
        scale: np.ndarray,
        weight: np.ndarray,
    ) -> Self:
        """Return the tables of records that no booster has seen.

        Args:
            keys: ``key`` of each record, shape (rows,).
            predicted: Components as predicted, USD a year, shape (rows, 3).
            actual: Components as they were, USD a year, shape (rows, 3).
            scale: Predicted scale of log pay, shape (rows,).
            weight: Shape (rows,).
        """
        pay = predicted.sum(axis=1, keepdims=True)
        of, n = np.unique(keys, return_counts=True)
        parts = {POOLED: np.ones(len(keys), dtype=bool)}
        parts |= {str(name): np.array(keys) == name for name in of[n >= OWN]}
        return cls(
            {
                name: {
                    component: Table.measure(share[own], part[own], scale[own], weight[own])
                    for component, share, part in zip(
                        COMPONENTS, (predicted / pay).T, (actual / pay).T, strict=True
                    )
                }
                for name, own in parts.items()
            }
        )

    def scaled(self, factor: float) -> Self:
        """Return the ranges with every quantile multiplied by ``factor``."""
        return type(self)(
            {
                name: {component: table.scaled(factor) for component, table in tables.items()}
                for name, tables in self.tables.items()
            },
            self.measured,
        )

    def of(
        self, name: str, amounts: Iterable[float], scale: float, coverage: float
    ) -> dict[str, ComponentRange]:
        """Return the range of each component.

        Args:
            name: ``key`` of the request.
            amounts: Predicted base, bonus and equity, USD a year.
            scale: Predicted scale of log pay.
            coverage: 0 to 1.
        """
        tables, parts = self.tables.get(name, self.tables[POOLED]), tuple(amounts)
        pay = sum(parts)
        return {
            component: tables[component].range(part / pay, pay, scale, coverage)
            for component, part in zip(COMPONENTS, parts, strict=True)
        }

    def measured_at(self, component: str, coverage: float) -> float | None:
        """Return the measured coverage of a component's ranges; None where it was not measured."""
        if component not in self.measured or not AT[0] <= coverage <= AT[-1]:
            return None
        return between(self.measured[component], coverage, AT)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the ranges that ``dataclasses.asdict`` made ``state`` of."""
        return cls(
            {
                name: {component: Table(**table) for component, table in tables.items()}
                for name, tables in state["tables"].items()
            },
            state["measured"],
        )


def key(record: Mapping[str, Any]) -> str:
    """Return what a request tells that its ranges depend on: calibration group, and stage or not.

    >>> key({"pay_basis": "total", "company": "Acme", "seniority": "senior"})
    'total: employer known, person known, stage unknown'
    """
    known = "unknown" if record.get("company_stage") is None else "known"
    return f"{group(record)}, stage {known}"


def keys_of(groups: Iterable[str], stages: Iterable[str | None]) -> list[str]:
    """Return ``key`` of each row: its calibration group, and whether its stage is known."""
    return [
        f"{name}, stage {'unknown' if stage is None else 'known'}"
        for name, stage in zip(groups, stages, strict=True)
    ]
