"""What people do: how likely each role is."""

import pytest

from data.errors import VocabularyError
from data.market.work import role_odds
from data.reference import reference


def test_a_familys_roles_share_its_weight() -> None:
    odds = role_odds(reference("market"))
    assert sum(odds.values()) == pytest.approx(
        sum(of["weight"] for of in reference("market")["families"].values())
    )
    assert odds["software_engineer"] > odds["game_developer"] > 0


def test_who_trains_llms_from_scratch_is_drawn_apart() -> None:
    assert role_odds(reference("market"))["llm_pretraining_researcher"] == 0


def test_a_family_without_assumptions_is_named() -> None:
    market = reference("market")
    fewer = {name: of for name, of in market["families"].items() if name != "science"}
    with pytest.raises(VocabularyError, match=r"\[families\] lacks science"):
        role_odds({**market, "families": fewer})
