"""Everything paylens raises on purpose.

    PaylensError
    ├── VocabularyError       a broken entry in a vocabulary file
    ├── SourceError           a file that cannot be read as the source it was said to be
    ├── RejectsError          too many rows broke the record's rules
    ├── MoneyError            an unknown currency, or no exchange rate for the day
    ├── UnknownWordError      a word that must be recognised was not
    ├── UnknownDayError       a day for which no pay trend was published
    ├── UntaughtError         something the model in service was never taught
    ├── ArtifactError         a model folder that must not be loaded
    │   └── CheckupError      a whole model whose answers break what every answer promises
    ├── ChampionError         no model in service, or the tracking server is out of reach
    ├── DrainingError         a process that is ending and should be sent nothing more
    ├── SettingError          a setting that cannot be followed
    └── TrainingError         a fit that would give a lie: too few rows, nothing to learn

The command line prints one line and exits 1; the API answers with problem+json. Neither shows a
traceback for anything in this tree.
"""


class PaylensError(Exception):
    """The root: a message says what was found, what was needed and the way out."""


class VocabularyError(PaylensError):
    """A vocabulary file has a broken entry; the message names the file and the entry."""


class SourceError(PaylensError):
    """A file cannot be read as the source it was said to be; the message names path and column."""


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


class SettingError(PaylensError):
    """A setting cannot be followed; the message names it, its value and what it may be."""


class TrainingError(PaylensError):
    """A fit would give a false answer: too few rows, or nothing to learn from."""
