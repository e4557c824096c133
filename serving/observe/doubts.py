"""Kinds of the reasons why an answer is weak, for counting: the sentences name people's words."""

from functools import lru_cache

OTHER = "other"
KINDS = {
    "was never seen in training": "never_seen",
    "similar records (": "few_similar",
    "years seen in training": "outside_experience",
    "which one in a thousand exceeds": "above_all_pay",
    "away from its median": "wide_spread",
    "unusual combination": "unusual_combination",
    "nor years_experience is known": "no_level_known",
    "records, under": "rare_stage",
    "the data end on": "after_the_data",
    "the data begin on": "before_the_data",
    "was not recognised": "not_recognised",
    "no known metro": "no_metro",
    "the role given counts": "title_contradicts_role",
    "matched loosely": "loose_title",
    "synthetic reference market": "synthetic",
    "recalibrated on": "recalibrated",
}
"""Part of the sentence -> kind."""

OUTSIDE = frozenset(
    {
        "never_seen",
        "outside_experience",
        "above_all_pay",
        "unusual_combination",
        "rare_stage",
        "after_the_data",
        "before_the_data",
    }
)
"""Kinds that say that the answer reaches beyond what the model learned from."""


@lru_cache(maxsize=4096)
def kind_of(reason: str) -> str:
    """Return the kind of ``reason``.

    >>> kind_of("country LI was never seen in training")
    'never_seen'
    """
    return next((kind for part, kind in KINDS.items() if part in reason), OTHER)
