"""What the decision log is to keep of a file, written as its rows are scored."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl

from data.errors import LogFullError
from data.inputs import Rows
from serving.log.block import KIND, Block
from serving.log.event import written
from serving.log.rows import ROWS
from serving.log.segments import Segments
from serving.log.spool import FULL
from serving.scoring.digest import sha256_of
from serving.scoring.keeping import Keeping


class Events:
    """Writes the events of one file: one for every ``ROWS`` rows, and one of the file as a whole.

    Args:
        keeping: How.
        question: What is asked of all rows.
    """

    def __init__(self, keeping: Keeping, question: Mapping[str, Any]) -> None:
        self._keeping = keeping
        self._question = question
        self._segments = Segments(Path(keeping.folder))
        self._waiting: list[Block] = []
        self._blocks = 0
        self.events = self.lost = 0

    def add(
        self, rows: Rows, encoded: np.ndarray, groups: Sequence[str], amounts: pl.DataFrame
    ) -> None:
        """Keep further rows.

        Args:
            rows: As they were read.
            encoded: Their inputs as the model saw them, float32, shape (rows, columns).
            groups: Their calibration groups.
            amounts: What was answered, whole cents, a column each.

        Raises:
            LogFullError: There is no room, and files are refused then.
        """
        start, height = 0, rows.inputs.height
        while start < height:
            end = min(start + ROWS - sum(map(len, self._waiting)), height)
            part = slice(start, end)
            self._waiting.append(
                Block(
                    rows.inputs[part],
                    rows.unknown[part],
                    rows.faults[part],
                    amounts[part],
                    encoded[part],
                    groups[part],
                )
            )
            start = end
            if sum(map(len, self._waiting)) == ROWS:
                self._write_block()

    def end(self, given: Path, answered: Path, rows: int, problems: int) -> dict[str, int]:
        """Keep the last rows and the event of the file; return what was written.

        Args:
            given: The file as it came.
            answered: The file as it goes.
            rows: How many rows it has.
            problems: How many of them got a problem instead of a prediction.

        Returns:
            Fields of ``serving.log.held.Written``.

        Raises:
            LogFullError: There is no room, and files are refused then.
        """
        if self._waiting:
            self._write_block()
        self._write(
            {
                "question": self._question,
                "rows": rows,
                "problems": problems,
                "given_sha256": sha256_of(given),
                "answered_sha256": sha256_of(answered),
            },
            last=True,
        )
        self._segments.close()
        return {"events": self.events, "size": self._segments.written, "lost": self.lost}

    def _write_block(self) -> None:
        block, self._waiting = joined(self._waiting), []
        number, self._blocks = self._blocks, self._blocks + 1
        file = self._keeping.head["id"]
        self._write(
            {
                "id": f"{file}/{number}",
                "kind": KIND,
                "file": file,
                "first": number * ROWS + 1,
                "question": self._question,
                **block.packed(),
            }
        )

    def _write(self, told: Mapping[str, Any], *, last: bool = False) -> None:
        now_ns = time.time_ns()
        content = {
            **self._keeping.head,
            "at": written(now_ns),
            **told,
            "latency_us": (now_ns - self._keeping.began_ns) // 1000,
        }
        if self._took(orjson.dumps(content) + b"\n", last=last):
            self.events += 1
        elif self._keeping.refuse:
            raise LogFullError(FULL)
        else:
            self.lost += 1

    def _took(self, line: bytes, *, last: bool) -> bool:
        """Write ``line`` and return whether there was room, for it and for those before."""
        if self.lost or self._segments.written + len(line) > self._keeping.room:
            return False
        try:
            self._segments.write(line)
            if last:
                self._segments.sync()
        except OSError:
            return False
        return True


def joined(blocks: Sequence[Block]) -> Block:
    """Return the rows of ``blocks`` as one block."""
    if len(blocks) == 1:
        return blocks[0]
    return Block(
        pl.concat([each.inputs for each in blocks]),
        pl.concat([each.unknown for each in blocks]),
        pl.concat([each.faults for each in blocks]),
        pl.concat([each.amounts for each in blocks]),
        np.concatenate([each.encoded for each in blocks]),
        [group for each in blocks for group in each.groups],
    )
