"""Tests mirror the four floors; behaviour and browser tests stand beside them."""
