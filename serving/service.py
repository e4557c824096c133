"""From a request to an answer: words recognised, pay predicted, everything said that must be."""

from datetime import UTC, datetime
from typing import Any

from data.errors import UnknownWordError, UntaughtError
from data.matching import matcher
from data.money import usd_rate
from data.recognition import Recogniser
from serving.api.answer import ModelTold
from serving.api.answer import Prediction as Answer
from serving.api.request import PredictionRequest
from serving.champion import Champion
from serving.model import CompensationModel
from serving.telling import tell, told

PLAIN = (
    "track",
    "skills",
    "specialisation",
    "seniority",
    "role",
    "title",
    "company",
    "company_level",
    "company_stage",
    "company_size",
    "industry",
    "country",
    "remote_share",
    "years_experience",
    "years_at_company",
    "education",
    "employment_type",
    "pay_basis",
)
"""Fields of a request that are words of a record by the same name."""


class Service:
    """Answers requests with the live model.

    Args:
        champion: Holds the live model.
        recogniser: Reads the words of a request.
    """

    def __init__(self, champion: Champion, recogniser: Recogniser) -> None:
        self.champion = champion
        self._recogniser = recogniser

    @property
    def synthetic(self) -> bool:
        """Return whether the live model learned from invented people."""
        return self.champion.live.model.synthetic

    def predict(self, request: PredictionRequest) -> Answer:
        """Return the answer to ``request``.

        Raises:
            UnknownWordError: The title or role is not recognised.
            UntaughtError: The model never saw pay of the basis.
            MoneyError: The currency has no exchange rate on the day.
            ChampionError: No model is in service.
        """
        live = self.champion.live
        day = request.as_of or datetime.now(UTC).date()
        rate = usd_rate(request.currency, day)
        words = {name: getattr(request, name) for name in PLAIN}
        words |= {"location": request.metro, "observed_on": day}
        record, heard = self._recogniser.read(words)
        require_role(request, record)
        require_basis(request, live.model)
        prediction = live.model.predict_one(record)
        return tell(request, day, rate, record, heard, live, prediction)

    def told(self) -> ModelTold:
        """Return what is told of the live model in every answer."""
        return told(self.champion.live)


def require_basis(request: PredictionRequest, model: CompensationModel) -> None:
    """Check that ``model`` learned from pay of the basis that is asked for.

    Raises:
        UntaughtError: It did not; an answer would be that of another basis under a wrong name.
    """
    if request.pay_basis not in model.support.bases:
        known = ", ".join(model.support.bases)
        raise UntaughtError(
            "pay_basis",
            f"pay_basis {request.pay_basis}: the model in service never saw such pay, only {known}",
        )


def require_role(request: PredictionRequest, record: dict[str, Any]) -> None:
    """Check that the request's role or title was recognised.

    Raises:
        UnknownWordError: It was not; with the nearest roles.
    """
    if record["role"] is not None:
        return
    field, given = ("role", request.role) if request.role else ("title", request.title or "")
    near = tuple(match.id for match in matcher("roles").nearest(given))
    raise UnknownWordError(field, given, near)
