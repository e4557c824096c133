"""How many training records are like one: a count in which the nearly alike count in part."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from data.vocabulary import vocabulary
from serving.bands import EXPERIENCE, experience_band

SAME = ("pay_basis", "role", "country")
"""Records that differ in one of these are not alike at all."""

NEARLY = ("seniority", "company_stage", "experience")
"""Records that differ a little in one of these count in part."""

ALIKE = (*SAME, *NEARLY)
SEPARATOR = "|"

NEAR = 0.5
"""Weight of a record one step off in seniority or experience, of another stage, or that does not
say: such a record is in doubt, and one further off does not count."""


@dataclass(frozen=True)
class Neighbourhood:
    """Training records by what makes them alike.

    Attributes:
        cells: The words of ``ALIKE`` joined, empty where unknown -> number of records.
    """

    cells: Mapping[str, int]

    def similar(self, record: Mapping[str, Any]) -> float:
        """Return how many records like ``record`` (inputs) there are.

        Kish's effective number of records that weigh what they are alike, times the weight of the
        most alike: where none agrees in everything, all count in part. What the record leaves open
        agrees with every value.

        Source: Kish 1965, "Survey Sampling", section 8.2.
        """
        n, codes = self._of_job(tuple(record.get(field) for field in SAME))
        weight = np.ones(len(n))
        for place, field in enumerate(NEARLY):
            wanted = word_of(field, record)
            if wanted is not None:
                weight *= _weights(field, wanted)[codes[:, place]]
        total = float(n @ weight)
        if not total:
            return 0.0
        return float(weight.max()) * total * total / float(n @ (weight * weight))

    def _of_job(self, wanted: tuple[str | None, ...]) -> tuple[np.ndarray, np.ndarray]:
        if None not in wanted:
            return self._jobs.get(wanted, _NOBODY)
        own = [
            cells
            for job, cells in self._jobs.items()
            if all(given in {None, word} for given, word in zip(wanted, job, strict=True))
        ]
        if not own:
            return _NOBODY
        return np.concatenate([n for n, _ in own]), np.concatenate([codes for _, codes in own])

    @cached_property
    def _jobs(self) -> dict[tuple[str | None, ...], tuple[np.ndarray, np.ndarray]]:
        """Words of ``SAME`` -> counts, and codes of the words of ``NEARLY``."""
        cells: dict[tuple[str | None, ...], list[tuple[int, list[int]]]] = {}
        for joined, n in self.cells.items():
            words = split(joined)
            codes = [
                _codes(field).get(word, 0)
                for field, word in zip(NEARLY, words[len(SAME) :], strict=True)
            ]
            cells.setdefault(tuple(words[: len(SAME)]), []).append((n, codes))
        return {
            job: (np.array([n for n, _ in own], float), np.array([codes for _, codes in own]))
            for job, own in cells.items()
        }


_NOBODY = (np.zeros(0), np.zeros((0, len(NEARLY)), dtype=np.int64))


def split(joined: str) -> list[str | None]:
    """Return the words of ``ALIKE`` of a cell; None where unknown.

    A cell of an older release joins the first four only.

    >>> split("total|data_scientist|US||seed|")
    ['total', 'data_scientist', 'US', None, 'seed', None]
    """
    words = [word or None for word in joined.split(SEPARATOR)]
    return words + [None] * (len(ALIKE) - len(words))


def word_of(field: str, record: Mapping[str, Any]) -> str | None:
    """Return the word of ``record`` (inputs) in a field of ``ALIKE``; None where it says none."""
    if field == "experience":
        return experience_band(record.get("years_experience"))
    word: str | None = record.get(field)
    return word


@lru_cache
def _codes(field: str) -> dict[str | None, int]:
    """Return word -> its code; 0 is the unknown."""
    words = {
        "seniority": tuple(vocabulary("seniorities")),
        "company_stage": tuple(vocabulary("company_stages")),
        "experience": EXPERIENCE[1:],
    }
    return {None: 0, **{word: code for code, word in enumerate(words[field], 1)}}


@lru_cache
def _weights(field: str, wanted: str) -> np.ndarray:
    """Return what a record counts, by the code of its word, where ``wanted`` is asked for."""
    codes = _codes(field)
    far = NEAR if field == "company_stage" else 0.0
    weights = np.full(len(codes), far)
    weights[0] = NEAR
    if field != "company_stage" and wanted in codes:
        steps = _steps(field)
        for word, code in codes.items():
            if word is not None and abs(steps[word] - steps[wanted]) == 1:
                weights[code] = NEAR
    if wanted in codes:
        weights[codes[wanted]] = 1.0
    return weights


def _steps(field: str) -> dict[str, int]:
    if field == "experience":
        return {band: step for step, band in enumerate(EXPERIENCE) if band is not None}
    ranks = {key: entry.attributes["rank"] for key, entry in vocabulary("seniorities").items()}
    rungs = sorted(set(ranks.values()))
    return {key: rungs.index(rank) for key, rank in ranks.items()}
