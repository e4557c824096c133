"""The answers to some rows of a file as one entry of the log, and one of them told again.

An entry a row would be a million for a file. Values of a column lie side by side in a block, where
they are much alike, and are packed: a row takes a tenth of what an answer by itself takes.
"""

import base64
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import polars as pl

from serving.log.event import INPUTS, PLACES, encoded
from serving.log.rows import row_id

KIND = "file_rows"

LEVEL = 4
"""Of compression: 6 makes rows 5 % smaller and takes twice as long, 1 makes them 20 % larger."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file and what was answered.

    Attributes:
        inputs: As understood (``data.record.INPUT_TYPES``).
        unknown: Words that nobody knows, a list a row.
        faults: What is wrong with a row, a list without its words; null where all is well.
        amounts: What was answered, whole cents, a column each; null where nothing was.
        encoded: The inputs as the model saw them, float32, shape (rows, columns).
        groups: The calibration group of each row.
    """

    inputs: pl.DataFrame
    unknown: pl.Series
    faults: pl.Series
    amounts: pl.DataFrame
    encoded: np.ndarray
    groups: Sequence[str]

    def __len__(self) -> int:
        return self.inputs.height

    def packed(self) -> dict[str, Any]:
        """Return what an entry keeps of the rows.

        Of a row with a problem nothing is kept but what is wrong with it.
        """
        well = self.faults.is_null()
        kept = self.inputs.select(pl.when(well).then(pl.col(*INPUTS)))
        told = {
            "inputs": kept.to_dict(as_series=False),
            "unknown": [
                sorted(PLACES.get(name, name) for name in each) for each in self.unknown.to_list()
            ],
            "faults": self.faults.to_list(),
            "cents": self.amounts.to_dict(as_series=False),
            "groups": list(self.groups),
        }
        seen = np.where(well.to_numpy()[:, None], self.encoded, np.float32(np.nan))
        return {
            "rows": len(self),
            "told": packed(orjson.dumps(told)),
            "encoded": packed(np.asarray(seen, np.float32).tobytes(order="F")),
        }


def answers(
    content: Mapping[str, Any], numbers: Iterable[int], *, encoded_too: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the id of each of some rows of a block, and its event as if it were one by itself.

    Args:
        content: An entry of the kind ``KIND``.
        numbers: Of the rows, the first of the file being 1; those of no row yield nothing.
        encoded_too: Whether the encoded inputs are wanted, which take long to unpack.
    """
    told = orjson.loads(unpacked(content["told"]))
    rows = content["rows"]
    seen: np.ndarray | None = None
    if encoded_too:
        seen = np.frombuffer(unpacked(content["encoded"]), np.float32).reshape((-1, rows)).T
    for number in numbers:
        place = number - content["first"]
        if 0 <= place < rows:
            yield row_id(content["file"], number), event(content, told, seen, place)


def event(
    content: Mapping[str, Any], told: Mapping[str, Any], seen: np.ndarray | None, place: int
) -> dict[str, Any]:
    """Return the event of the row at ``place`` of a block, as if it were one by itself."""
    inputs = {name: values[place] for name, values in told["inputs"].items()}
    fault = told["faults"][place]
    common = {
        **{name: content[name] for name in ("format", "at", "tenant", "client", "model")},
        "vocabulary": content["vocabulary"],
        "id": row_id(content["file"], content["first"] + place),
        "kind": "prediction",
        "inputs": {name: value for name, value in inputs.items() if value is not None},
        "unknown": told["unknown"][place],
        "latency_us": content["latency_us"],
    }
    question = dict(content["question"])
    if fault is not None:
        output, row = {"problem": fault}, None
    else:
        question |= {"pay_basis": inputs["pay_basis"], "as_of": inputs["observed_on"]}
        output = told_again(
            {name: values[place] for name, values in told["cents"].items()}, question["coverage"]
        )
        row = None if seen is None else encoded(seen[place])
    return {
        **common,
        "question": question,
        "output": output,
        "row": row,
        "group": told["groups"][place],
    }


def told_again(cents: Mapping[str, int | None], coverage: float) -> dict[str, Any]:
    """Return the answer of a row in the shape that a single prediction's is kept in."""
    amounts = {name: None if value is None else value / 100 for name, value in cents.items()}
    parts = {name: amounts[f"predicted_{name}"] for name in ("base", "bonus", "equity")}
    return {
        "median": amounts["median"],
        "percentiles": {
            name: value for name, value in amounts.items() if name[0] == "p" and name[1:].isdigit()
        },
        "range": {"coverage": coverage, "lower": amounts["lower"], "upper": amounts["upper"]},
        "components": None if parts["base"] is None else parts,
    }


def packed(content: bytes) -> str:
    """Return ``content`` compressed, as text."""
    return base64.b64encode(zlib.compress(content, LEVEL)).decode()


def unpacked(text: str) -> bytes:
    """Return the content of ``packed``."""
    return zlib.decompress(base64.b64decode(text))
