"""Tests of how models and processes come and go."""
