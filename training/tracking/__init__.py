"""Runs and models in MLflow: the one room of training that imports it."""
