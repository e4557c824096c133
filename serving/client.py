"""paylens from another program: the service's answers as typed objects, its problems as errors.

Install it with ``pip install '.[client]'``.

    with Paylens("https://paylens.example.org", key="…") as paylens:
        answer = paylens.predict(title="Senior data scientist", country="US")
        print(answer.median, answer.range.lower, answer.range.upper)
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self, TypeVar
from uuid import uuid4

import httpx2
from pydantic import TypeAdapter, ValidationError

from data.errors import PaylensError, SourceError
from data.table import MEDIA_TYPES
from serving.api.answer import Prediction
from serving.api.batch_answer import BatchAnswer
from serving.api.logged import (
    LiveCoverageAnswer,
    LoggedFile,
    LoggedPrediction,
    OutcomesAnswer,
)
from serving.api.model_answer import ModelAnswer
from serving.api.problem import Problem
from serving.api.vocabulary_answer import VocabularyEntry

T = TypeVar("T")
Vocabulary = Literal[
    "roles",
    "skills",
    "company-stages",
    "seniorities",
    "metros",
    "countries",
    "educations",
    "industries",
]

STILL_RUNNING = "/problems/still-running"
AGAIN = (429, 502, 503, 504)
"""Statuses that another try may change."""

LONGEST_WAIT_SECONDS = 60.0
PIECE = 2**18


class RefusedError(PaylensError):
    """The service answered with a problem.

    Attributes:
        problem: What it said; ``problem.type`` tells one kind from another.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.title}: {problem.detail}")
        self.problem = problem


class UnreachableError(PaylensError):
    """The service did not answer, not even after some tries."""


class Paylens:
    """A service of paylens. Every request may be sent again safely, and is where that may help.

    Args:
        url: Where it answers.
        key: An API key or a bearer token, where the service asks for one.
        tries: How often a request is sent in all; to wait while the service is still at work on
            what an earlier one asked is no try.
        timeout: Seconds to wait for an answer; files take as long as they take.
        sleep: Waits some seconds.
        transport: Sends requests; None for the network.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        tries: int = 4,
        timeout: float = 60,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx2.Client(
            base_url=url, headers=headers, timeout=timeout, transport=transport
        )
        self._tries = tries
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def predict(self, **person: Any) -> Prediction:  # noqa: ANN401  # fields of the contract
        """Return the prediction for one person, told by the fields of the contract.

        Raises:
            RefusedError: The service refused.
            UnreachableError: It did not answer.
        """
        return self._told(Prediction, "POST", "/v1/predictions", json=person)

    def predict_batch(self, items: Iterable[Mapping[str, Any]]) -> BatchAnswer:
        """Return the answer to each of up to 10,000 ``items``, in order.

        Each may have an ``item_id`` of yours. It is answered once, however often it is sent.

        Raises:
            RefusedError: The service refused the batch; a broken item has its problem instead.
            UnreachableError: It did not answer.
        """
        return self._told(
            *(BatchAnswer, "POST", "/v1/predictions/batch"),
            json={"items": list(items)},
            headers={"Idempotency-Key": uuid4().hex},
        )

    def score_file(self, table: Path | str, out: Path | str, **options: str | float) -> int:
        """Write the rows of ``table`` to ``out`` with their predictions, and return how many.

        Args:
            table: A CSV, XLSX or Parquet file.
            out: Where to, in the format its name ends in; there only once it is whole.
            options: ``currency``, ``coverage``, ``pay_basis``, ``as_of``, ``percentiles``,
                ``prefix``.

        Raises:
            SourceError: The name of one of the two ends in no format that is known.
            RefusedError: The service refused the file.
            UnreachableError: It did not answer.
        """
        table, out = Path(table), Path(out)
        for path in (table, out):
            if path.suffix.lower() not in MEDIA_TYPES:
                raise SourceError(f"{path}: the name ends in none of {', '.join(MEDIA_TYPES)}")
        part = out.with_name(f"{out.name}.part")
        headers = {
            "Content-Type": MEDIA_TYPES[table.suffix.lower()],
            "Accept": MEDIA_TYPES[out.suffix.lower()],
            "Idempotency-Key": uuid4().hex,
        }

        def send() -> httpx2.Response:
            with (
                table.open("rb") as file,
                self._http.stream(
                    *("POST", "/v1/files"),
                    content=iter(lambda: file.read(PIECE), b""),
                    params={"filename": table.name, **options},
                    headers=headers,
                    timeout=None,
                ) as answer,
            ):
                if answer.is_error:
                    answer.read()
                    return answer
                with part.open("wb") as target:
                    for piece in answer.iter_bytes(PIECE):
                        target.write(piece)
            return answer

        try:
            answer = self._again(send)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
        return int(answer.headers["Paylens-Rows"])

    def said(self, prediction_id: str) -> LoggedPrediction | LoggedFile:
        """Return what was said before, with which model, and why; of a file, what it was.

        Args:
            prediction_id: The id of the answer, or of a row of a file.

        Raises:
            RefusedError: No such prediction was given to you, or the service refused otherwise.
            UnreachableError: It did not answer.
        """
        answer = self._again(lambda: self._http.get(f"/v1/predictions/{prediction_id}"))
        told: LoggedPrediction | LoggedFile = _read(LoggedPrediction | LoggedFile, answer)
        return told

    def tell_outcomes(self, outcomes: Iterable[Mapping[str, Any]]) -> OutcomesAnswer:
        """Tell what people were truly paid, up to 1,000 at once; return what became of each.

        The same outcome sent again changes nothing. Days are texts, such as "2026-11-20".

        Raises:
            RefusedError: The service refused all; a broken one has its problem instead.
            UnreachableError: It did not answer.
        """
        return self._told(OutcomesAnswer, "POST", "/v1/outcomes", json={"outcomes": list(outcomes)})

    def coverage(self) -> LiveCoverageAnswer:
        """Return how often the ranges told to you held, by group.

        Raises:
            RefusedError: The service refused.
            UnreachableError: It did not answer.
        """
        return self._told(LiveCoverageAnswer, "GET", "/v1/model/coverage")

    def vocabulary(self, name: Vocabulary, q: str = "") -> list[VocabularyEntry]:
        """Return a vocabulary, or its entries nearest to ``q``.

        Raises:
            RefusedError: The service refused.
            UnreachableError: It did not answer.
        """
        answer = self._again(lambda: self._http.get(f"/v1/vocabulary/{name}", params={"q": q}))
        told: list[VocabularyEntry] = _read(list[VocabularyEntry], answer)
        return told

    def model(self) -> ModelAnswer:
        """Return what is told of the model in service.

        Raises:
            RefusedError: The service refused.
            UnreachableError: It did not answer.
        """
        return self._told(ModelAnswer, "GET", "/v1/model")

    def _told(self, kind: type[T], method: str, path: str, **request: Any) -> T:  # noqa: ANN401
        answer = self._again(lambda: self._http.request(method, path, **request))
        told: T = _read(kind, answer)
        return told

    def _again(self, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        """Return the answer of ``send``, sent again where that may help."""
        left = self._tries
        while True:
            wait, left = 2.0 ** (self._tries - left), left - 1
            try:
                answer = send()
            except httpx2.TransportError as error:
                if left <= 0:
                    raise UnreachableError(f"{self._http.base_url}: {error!r}") from error
            else:
                if answer.is_success:
                    return answer
                problem = problem_in(answer)
                left += problem.type == STILL_RUNNING
                if left <= 0 or (answer.status_code not in AGAIN and problem.type != STILL_RUNNING):
                    raise RefusedError(problem)
                asked = answer.headers.get("Retry-After", "")
                wait = float(asked) if asked.isdecimal() else wait
            self._sleep(min(wait, LONGEST_WAIT_SECONDS))


def _read(kind: Any, answer: httpx2.Response) -> Any:  # noqa: ANN401 - a type or a union of some
    return _reader(kind).validate_json(answer.content)


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401
    """Return what reads a ``kind``: once, as it takes longer to make than to read an answer."""
    return TypeAdapter(kind)


def problem_in(answer: httpx2.Response) -> Problem:
    """Return the problem that ``answer`` tells, or one that says what came instead."""
    try:
        return Problem.model_validate_json(answer.content)
    except ValidationError:
        return Problem(
            type="about:blank",
            title=answer.reason_phrase,
            status=answer.status_code,
            detail=answer.text[:200],
        )
