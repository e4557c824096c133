"""Every type of problem the service answers with: one table, told at ``/problems/{slug}``.

An error becomes the type that ``OF_ERROR`` names for its class, or for the nearest class above it;
the framework's own refusals become the type that ``OF_STATUS`` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from data import errors


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A type of problem.

    Attributes:
        slug: Its name; ``/problems/`` and this is its address.
        title: What it is, in a few words.
        status: The HTTP status it is answered with.
        when: When it happens.
        way_out: What the caller does.
    """

    slug: str
    title: str
    status: int
    when: str
    way_out: str


TYPES = (
    ProblemType(
        "bad-request",
        "The request cannot be read",
        400,
        "The headers do not come in time, or the body is cut short, is not what its Content-Type "
        "says or has too many parts.",
        "Send it as openapi.json says.",
    ),
    ProblemType(
        "not-authenticated",
        "Nobody known asks",
        401,
        "The key or token is missing, unknown, expired, revoked or meant for somebody else.",
        "Send a key in force as X-API-Key, or a token as Authorization: Bearer.",
    ),
    ProblemType(
        "not-allowed",
        "The key does not allow this",
        403,
        "The key or token is known, and has not the scope that the address needs.",
        "Ask whoever runs the service for a key with the scope that detail names.",
    ),
    ProblemType(
        "other-site",
        "Pages of this site may not ask this",
        403,
        "A browser asks beforehand (CORS), and the site, method or header is not let in.",
        "Ask whoever runs the service to let the site in, or ask from a server of your own.",
    ),
    ProblemType(
        "not-found",
        "There is nothing at this address",
        404,
        "The address is none of the service's, or what it names does not exist.",
        "Take addresses from openapi.json.",
    ),
    ProblemType(
        "unknown-prediction",
        "No such prediction was given to you",
        404,
        "The id is none that was given to whoever asks, or its entry was pruned.",
        "Take the id from an answer given to you, within the time that entries are kept.",
    ),
    ProblemType(
        "method-not-allowed",
        "The address does not take this method",
        405,
        "The address exists, for other methods.",
        "Use one of those in the Allow header.",
    ),
    ProblemType(
        "not-acceptable",
        "The answer has none of the types accepted",
        406,
        "A file is asked for as something that is no table the service writes.",
        "Accept one of the types that detail names, or leave Accept out.",
    ),
    ProblemType(
        "still-running",
        "The first request with this key is not answered yet",
        409,
        "The same Idempotency-Key came with the same request a moment ago.",
        "Wait for the seconds in Retry-After and ask again with the key.",
    ),
    ProblemType(
        "too-large",
        "The request is too large",
        413,
        "The body has more bytes, items or rows than the service takes at once.",
        "Send fewer at once; a file takes the most.",
    ),
    ProblemType(
        "unsupported-media-type",
        "The body is not of a type this address takes",
        415,
        "A body is needed as JSON and comes as something else, or without a Content-Type; or it "
        "comes compressed.",
        "Send Content-Type: application/json, and no Content-Encoding.",
    ),
    ProblemType(
        "invalid-request",
        "The request breaks the contract",
        422,
        "A field is missing, unknown, refused by name or has a value that it cannot have.",
        "Mend the fields that errors names.",
    ),
    ProblemType(
        "unknown-word",
        "A word was not recognised",
        422,
        "A role, title or skill that must be known is not in the vocabulary.",
        "Take one of candidates, or look the word up at /v1/vocabulary.",
    ),
    ProblemType(
        "never-seen",
        "The model in service never saw this",
        422,
        "Pay of a basis is asked for that the model was not taught.",
        "Ask for a basis that detail names.",
    ),
    ProblemType(
        "unknown-day",
        "Nothing was published of that day",
        422,
        "The pay index is asked for a day outside what was published.",
        "Ask for a day within the time that detail names.",
    ),
    ProblemType(
        "no-exchange-rate",
        "The currency cannot be converted",
        422,
        "The currency is unknown, or has no exchange rate on the day.",
        "Ask for another currency or day.",
    ),
    ProblemType(
        "duplicate-item-id",
        "Another item of the batch has the same item_id",
        422,
        "Two items of one batch have one item_id; the first of them is answered.",
        "Give each item its own.",
    ),
    ProblemType(
        "idempotency-key-reused",
        "The idempotency key stands for another request",
        422,
        "The Idempotency-Key came with another request within the time that keys are kept.",
        "Make a new key for each request, and send the old one only to repeat it.",
    ),
    ProblemType(
        "unreadable-file",
        "The file cannot be read",
        422,
        "A file is not the table that its type or name says, or has no column that is needed.",
        "Mend what detail names, and send the file again.",
    ),
    ProblemType(
        "outcome-refused",
        "The pay says nothing of the prediction",
        422,
        "An actual pay is of another basis or a day that does not fit, or nobody can have it.",
        "Mend the field that errors names.",
    ),
    ProblemType(
        "refused",
        "The request was refused",
        422,
        "The service understood the request and cannot answer it, for a reason of its own.",
        "Do what detail says.",
    ),
    ProblemType(
        "too-many-requests",
        "Too many requests",
        429,
        "A client asked more often than it may, or an address without a key did.",
        "Wait for the seconds in Retry-After; RateLimit tells beforehand how many are left.",
    ),
    ProblemType(
        "head-too-large",
        "The address or the headers are too large",
        431,
        "The address and the headers have more than 64 KiB together.",
        "Send what belongs in the body there, and fewer or shorter headers.",
    ),
    ProblemType(
        "internal-error",
        "The service failed",
        500,
        "Something happened that nobody foresaw; it was logged.",
        "Tell whoever runs the service the request_id.",
    ),
    ProblemType(
        "no-model",
        "No model is in service",
        503,
        "No model has been trained or named, or the one named cannot be loaded.",
        "Ask again later; /readyz says what is missing.",
    ),
    ProblemType(
        "busy",
        "As much of this goes on as is done at once",
        503,
        "As many batches or files are being answered as the service takes at once.",
        "Wait for the seconds in Retry-After.",
    ),
    ProblemType(
        "idempotency-unavailable",
        "Idempotency keys cannot be kept just now",
        503,
        "The disk that answers with a key are kept on cannot be written.",
        "Ask again later, or without a key.",
    ),
    ProblemType(
        "no-room",
        "There is no room for the file",
        503,
        "The disk on which files lie while they are scored is full or cannot be written.",
        "Wait for the seconds in Retry-After; whoever runs the service makes room on the disk.",
    ),
    ProblemType(
        "log-full",
        "The decision log is full",
        503,
        "No entry of the answer could be kept, and no answer goes out without one.",
        "Ask again later; whoever runs the service makes room on the disk.",
    ),
    ProblemType(
        "log-unreachable",
        "The decision log is out of reach",
        503,
        "A past answer or an outcome is asked for, and the database does not answer.",
        "Ask again later; predictions go on meanwhile.",
    ),
    ProblemType(
        "draining",
        "The process is ending",
        503,
        "/readyz is asked of a process that is told to end and finishes what it has begun, or a "
        "file would take longer than that.",
        "Send the request to another process, or again in some seconds.",
    ),
    ProblemType(
        "provider-unreachable",
        "The identity provider is out of reach",
        503,
        "A token cannot be checked, as its issuer does not answer and its keys are not known.",
        "Wait for the seconds in Retry-After, or use an API key.",
    ),
    ProblemType(
        "too-slow",
        "The answer took too long",
        503,
        "No answer had begun within the time that the service gives one.",
        "Ask again, for less at once.",
    ),
)

CATALOGUE: Mapping[str, ProblemType] = {each.slug: each for each in TYPES}

OF_ERROR: Mapping[type[Exception], str] = {
    RequestValidationError: "invalid-request",
    ValidationError: "invalid-request",
    errors.PaylensError: "refused",
    errors.UnknownWordError: "unknown-word",
    errors.UntaughtError: "never-seen",
    errors.UnknownDayError: "unknown-day",
    errors.MoneyError: "no-exchange-rate",
    errors.ChampionError: "no-model",
    errors.DrainingError: "draining",
    errors.TooLargeError: "too-large",
    errors.DuplicateItemError: "duplicate-item-id",
    errors.BusyError: "busy",
    errors.StillRunningError: "still-running",
    errors.KeyReusedError: "idempotency-key-reused",
    errors.KeysLostError: "idempotency-unavailable",
    errors.SourceError: "unreadable-file",
    errors.RoomError: "no-room",
    errors.OutcomeError: "outcome-refused",
    errors.UnknownPredictionError: "unknown-prediction",
    errors.LogError: "log-unreachable",
    errors.LogFullError: "log-full",
    errors.CredentialError: "not-authenticated",
    errors.ScopeError: "not-allowed",
    errors.OtherSiteError: "other-site",
    errors.RateError: "too-many-requests",
    errors.ProviderError: "provider-unreachable",
    errors.SlowError: "too-slow",
}
"""Class of error -> type of problem."""

OF_STATUS: Mapping[int, str] = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    431: "head-too-large",
}
"""Status of a refusal by the framework -> type of problem."""


def type_of(error: Exception) -> ProblemType:
    """Return the type of problem that ``error`` is told as."""
    if isinstance(error, HTTPException):
        return CATALOGUE[OF_STATUS.get(error.status_code, "bad-request")]
    kinds = (OF_ERROR[kind] for kind in type(error).__mro__ if kind in OF_ERROR)
    return CATALOGUE[next(kinds, "internal-error")]
