"""Tests of what is seen of the service from outside."""
