"""The usual FastAPI service: a data frame a request, a booster a quantile.

``uvicorn tests.bench.peers.naive:app``
"""

import os
from pathlib import Path

import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel

from tests.bench.peers.six import Six

app = FastAPI()
six = Six(Path(os.environ["BENCH_SIX"]))


class Person(BaseModel):
    """Who the prediction is for."""

    role: str
    seniority: str | None = None
    company_stage: str | None = None
    country: str | None = None
    metro: str | None = None
    years_experience: float | None = None


@app.post("/predict")
def predict(person: Person) -> dict[str, float]:
    """Answer one request."""
    answer = six.predict(pd.DataFrame([person.model_dump()])).iloc[0]
    return {str(name): float(value) for name, value in answer.items()}
