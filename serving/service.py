"""From a request to an answer: words recognised, pay predicted, everything said that must be."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from data.errors import UnknownWordError, UntaughtError
from data.matching import matcher
from data.money import Rate, usd_rate
from data.recognition import Recogniser
from data.topics import Word
from serving.api.answer import ModelTold
from serving.api.answer import Prediction as Answer
from serving.api.caller import ANYONE, FORM, Caller
from serving.api.premium_answer import SkillPremiums
from serving.api.request import PredictionRequest, PremiumRequest
from serving.champion import Champion
from serving.log.event import Note
from serving.model import CompensationModel
from serving.telling import Money, tell, told
from serving.what_if import ASSOCIATION, what_if

if TYPE_CHECKING:
    from serving.log.held import Held
    from serving.log.journal import Journal

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
        journal: Keeps an event of every answer; None keeps none.
        note: Called with every prediction that is told.
    """

    def __init__(
        self,
        champion: Champion,
        recogniser: Recogniser,
        journal: "Journal | None" = None,
        note: Callable[[Answer], None] = lambda _: None,
    ) -> None:
        self.champion = champion
        self._recogniser = recogniser
        self._journal = journal
        self._note = note

    @property
    def synthetic(self) -> bool:
        """Return whether the live model learned from invented people."""
        return self.champion.live.model.synthetic

    def predict(self, request: PredictionRequest, caller: Caller = ANYONE) -> Answer:
        """Return the answer to ``request``, once an event of it is on its way to the log.

        Raises:
            LogFullError: No event can be kept, and the policy is to refuse the answer then.
            UnknownWordError: The title or role is not recognised.
            UntaughtError: The model never saw pay of the basis.
            MoneyError: The currency has no exchange rate on the day.
            ChampionError: No model is in service.
        """
        begun = time.perf_counter_ns()
        live = self.champion.live
        day, rate, record, heard = self._read(request, live.model)
        prediction = live.model.predict_one(record)
        answer = tell(request, day, rate, record, heard, live, prediction)
        if self._journal is not None:
            # The encoded inputs tell a known employer, which a candidate was promised to be none.
            open_to_see = caller is not FORM
            self._journal.note(
                Note(
                    "prediction",
                    answer.id,
                    time.time_ns(),
                    time.perf_counter_ns() - begun,
                    caller,
                    live.version,
                    request,
                    rate,
                    record,
                    heard,
                    answer,
                    prediction.row if open_to_see else None,
                    prediction.group if open_to_see else None,
                )
            )
        self._note(answer)
        return answer

    def premiums(self, request: PremiumRequest, caller: Caller = ANYONE) -> SkillPremiums:
        """Return what skills go along with for a person, once an event of it is on its way.

        Raises:
            LogFullError: No event can be kept, and the policy is to refuse the answer then.
            UnknownWordError: A skill, the title or the role is not recognised.
            UntaughtError: The model never saw pay of the basis.
            MoneyError: The currency has no exchange rate on the day.
            ChampionError: No model is in service.
        """
        begun = time.perf_counter_ns()
        live = self.champion.live
        _, rate, record, heard = self._read(request.person, live.model)
        _, asked = self._recogniser.read({"skills": list(request.skills)})
        answer = SkillPremiums(
            id=token_hex(16),
            currency=request.person.currency,
            pay_basis=request.person.pay_basis,
            skills=[
                what_if(live.model, record, word, require_skill(word), Money(rate))
                for word in asked
                if word.field == "skills"
            ],
            association=ASSOCIATION,
            model=told(live),
        )
        if self._journal is not None:
            self._journal.note(
                Note(
                    "skill_premium",
                    answer.id,
                    time.time_ns(),
                    time.perf_counter_ns() - begun,
                    caller,
                    live.version,
                    request.person,
                    rate,
                    record,
                    heard,
                    answer,
                    None,
                    None,
                )
            )
        return answer

    def hold(self, file: str) -> AbstractContextManager["Held | None"]:
        """Hold back the events of a file that is scored (``serving.log.journal.Journal.hold``).

        Raises:
            LogFullError: No event can be kept, and the policy is to refuse the answer then.
        """
        return nullcontext() if self._journal is None else self._journal.hold(file)

    def _read(
        self, request: PredictionRequest, model: CompensationModel
    ) -> tuple[date, Rate, dict[str, Any], tuple[Word, ...]]:
        day = request.as_of or datetime.now(UTC).date()
        rate = usd_rate(request.currency, day)
        words = {name: getattr(request, name) for name in PLAIN}
        words |= {"location": request.metro, "observed_on": day}
        record, heard = self._recogniser.read(words)
        require_role(request, record)
        require_basis(request, model)
        return day, rate, record, heard

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


def require_skill(word: Word) -> str:
    """Return the id of the skill that ``word`` was taken for.

    Raises:
        UnknownWordError: It was not recognised; with the nearest skills.
    """
    if word.id is None:
        near = tuple(match.id for match in matcher("skills").nearest(word.given))
        raise UnknownWordError("skills", word.given, near)
    return word.id


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
