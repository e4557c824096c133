"""Ways of walking a booster's trees; all of them answer the same number, to the last bit."""
