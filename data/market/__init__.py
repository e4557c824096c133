"""The reference market: synthetic people drawn around official wages, for want of real data.

``generate`` draws them, ``MARKET`` reads them like any other source; ``data/reference/market.toml``
holds every assumption, each with its source. No row is a person, and what a model learns from them
is what was assumed: whoever shows such a model says ``CALLED``.
"""

from data.market.generate import generate
from data.market.source import MARKET, Market

CALLED = "synthetic reference market"

__all__ = ["CALLED", "MARKET", "Market", "generate"]
