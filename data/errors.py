"""Everything paylens raises on purpose.

    PaylensError
    ├── VocabularyError       a broken entry in a vocabulary file
    ├── SourceError           a file that cannot be read as the source it was said to be
    │   └── RoomError         a file that cannot be written: the disk is at fault, not the file
    ├── RejectsError          too many rows broke the record's rules
    ├── MoneyError            an unknown currency, or no exchange rate for the day
    ├── UnknownWordError      a word that must be recognised was not
    ├── UnknownDayError       a day for which no pay trend was published
    ├── UntaughtError         something the model in service was never taught
    ├── ArtifactError         a model folder that must not be loaded
    │   └── CheckupError      a whole model whose answers break what every answer promises
    ├── ChampionError         no model in service, or the tracking server is out of reach
    ├── DrainingError         a process that is ending and should be sent nothing more
    ├── TooLargeError         a request or a file beyond what is taken at once
    ├── DuplicateItemError    an item of a batch with the item_id of an earlier one
    ├── BusyError             as much of such work goes on as is done at once
    │   └── StillRunningError an idempotency key whose first request is not answered yet
    ├── KeyReusedError        an idempotency key that stands for another request
    ├── KeysLostError         idempotency keys cannot be kept just now
    ├── LogError              the decision log cannot be kept or read
    │   ├── LogFullError      an answer is refused, as no event of it could be kept
    │   └── EntryError        an entry that the log's database refuses for what it holds
    ├── UnknownPredictionError  a prediction that this tenant was never given
    ├── OutcomeError          an actual pay that says nothing of the prediction it is given for
    ├── TrainingError         a fit that would give a lie: too few rows, nothing to learn
    ├── SlowError             an answer that took too long
    ├── SettingError          a setting of the service that is missing, wrong or unsafe
    ├── KeysError             a file of API keys that cannot be read, or no such key
    └── AccessError           a request that is not let in
        ├── CredentialError   nobody known asks
        ├── ScopeError        somebody known asks for more than they may
        ├── OtherSiteError    a page of another site asks for what such pages may not
        ├── RateError         somebody asks too often
        └── ProviderError     the identity provider is out of reach, so nobody can say who asks

The command line prints one line and exits 1; the API answers with problem+json. Neither shows a
traceback for anything in this tree.
"""

from collections.abc import Mapping, Sequence


class PaylensError(Exception):
    """The root: a message says what was found, what was needed and the way out."""


class VocabularyError(PaylensError):
    """A vocabulary file has a broken entry; the message names the file and the entry."""


class SourceError(PaylensError):
    """A file cannot be read as the source it was said to be; the message names path and column."""


class RoomError(SourceError):
    """A disk is full or cannot be written, so that a file cannot be worked on.

    Attributes:
        headers: What the refusal says in headers.
    """

    headers: Mapping[str, str] = {"Retry-After": "30"}


class RejectsError(PaylensError):
    """More rows than allowed broke the record's rules; the message counts them by rule."""


class MoneyError(PaylensError):
    """A currency is unknown, or has no exchange rate on the day asked for."""


class UnknownWordError(PaylensError):
    """A word that must be recognised was not.

    Attributes:
        field: The field the word was given in, e.g. ``"title"``.
        given: The word as given.
        candidates: Ids of the nearest vocabulary entries, best first.
    """

    def __init__(self, field: str, given: str, candidates: tuple[str, ...] = ()) -> None:
        near = f"; the nearest are {', '.join(candidates)}" if candidates else ""
        super().__init__(f"{field} {given!r} is not in the vocabulary{near}")
        self.field = field
        self.given = given
        self.candidates = candidates


class UnknownDayError(PaylensError):
    """A pay index is asked for a day for which no pay trend was published.

    Attributes:
        field: The field the day was given in, e.g. ``"since"``.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UntaughtError(PaylensError):
    """The model in service was never taught what is asked for.

    Attributes:
        field: The field that asks for it.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ArtifactError(PaylensError):
    """A model folder must not be loaded: wrong format version, checksum or a missing file."""


class CheckupError(ArtifactError):
    """A model is whole, but its answers to reference requests break what every answer promises."""


class ChampionError(PaylensError):
    """No model is in service, or the tracking server that names it is out of reach."""


class DrainingError(PaylensError):
    """The process is ending: what it has begun it finishes, and it should be sent nothing more."""


class LogError(PaylensError):
    """The decision log cannot be kept or read: a wrong address, a dead or outdated database.

    Attributes:
        headers: What the refusal says in headers.
    """

    headers: Mapping[str, str] = {"Retry-After": "5"}


class LogFullError(LogError):
    """No event of an answer could be kept, and the policy is to refuse it then."""


class EntryError(LogError):
    """The log's database takes entries, and refuses this one for what it holds."""


class UnknownPredictionError(PaylensError):
    """No prediction of that id was given to whoever asks; it may have been pruned."""


class OutcomeError(PaylensError):
    """An actual pay says nothing of the prediction it is given for.

    Attributes:
        field: The field that does not fit.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TooLargeError(PaylensError):
    """A request or a file is beyond what is taken at once; the message says the limit."""


class DuplicateItemError(PaylensError):
    """An item of a batch has the ``item_id`` of an earlier one."""

    field = "item_id"


class BusyError(PaylensError):
    """As much of such work goes on as is done at once, or its answer is not there yet.

    Attributes:
        retry_after: Seconds after which to ask again.
        headers: What the refusal says in headers.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.headers = {"Retry-After": str(retry_after)}


class KeyReusedError(PaylensError):
    """An idempotency key was given with another request before."""


class StillRunningError(BusyError):
    """The first request with an idempotency key is not answered yet."""


class KeysLostError(PaylensError):
    """Idempotency keys cannot be kept just now, such as where the disk is full."""


class TrainingError(PaylensError):
    """A fit would give a false answer: too few rows, or nothing to learn from."""


class SlowError(PaylensError):
    """An answer took longer than the service gives it."""


class SettingError(PaylensError):
    """A setting of the service is missing, wrong or unsafe; the message names it."""


class KeysError(PaylensError):
    """A file of API keys cannot be read, or does not hold the key; the message names both."""


class AccessError(PaylensError):
    """A request is not let in.

    Attributes:
        headers: What the refusal says in headers.
    """

    def __init__(self, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(message)
        self.headers = headers


class CredentialError(AccessError):
    """A request comes without a key or token that is known and in force.

    Args:
        message: What was found and needed.
        given: Whether there was a key or token at all.
    """

    def __init__(self, message: str, *, given: bool = True) -> None:
        wrong = ', error="invalid_token"' if given else ""
        super().__init__(message, {"WWW-Authenticate": f'Bearer realm="paylens"{wrong}'})


class ScopeError(AccessError):
    """A key or token does not allow what is asked for."""

    def __init__(self, scope: str, held: Sequence[str]) -> None:
        super().__init__(
            f"this needs the scope {scope}, and the key or token has "
            f"{', '.join(held) or 'none'}: ask for one that has it",
            {
                "WWW-Authenticate": 'Bearer realm="paylens", error="insufficient_scope", '
                f'scope="{scope}"'
            },
        )


class OtherSiteError(AccessError):
    """A page of another site, its method or one of its headers is not let in."""

    def __init__(self, found: str, headers: Mapping[str, str]) -> None:
        content = ("content-length", "content-type")
        kept = {name: value for name, value in headers.items() if name.lower() not in content}
        super().__init__(f"{found}: whoever runs the service names sites that may ask", kept)


class RateError(AccessError):
    """A client asks more often than it may.

    Attributes:
        retry_after: Seconds after which to ask again.
    """

    def __init__(self, allowed: str, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"more than {allowed} were asked: ask again in {retry_after} s",
            {"Retry-After": str(retry_after)},
        )


class ProviderError(AccessError):
    """The identity provider is out of reach and what is known of its keys is too old."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message, {"Retry-After": str(retry_after)})
