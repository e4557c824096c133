"""Tests of tracking, against a real MLflow server."""
