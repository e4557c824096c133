"""Our registered model as MLflow's users score a table: pandas, ``mlflow.pyfunc``, pandas.

``python -m tests.bench.peers.registered MODEL IN OUT`` reads the CSV ``IN`` and writes ``OUT``.
"""

import sys
from pathlib import Path

from tests.bench.servers import ROOT


def save(folder: Path, model: Path) -> None:
    """Write into ``folder`` the model of the folder ``model``, as it is registered."""
    import mlflow

    from training.tracking import pyfunc

    mlflow.pyfunc.save_model(
        folder,
        python_model=pyfunc.__file__,
        artifacts={"model": str(model)},
        code_paths=[str(ROOT / name) for name in ("data", "features", "serving")],
        signature=pyfunc.signature(),
        pip_requirements=[],
    )


def main(model: str, given: Path, out: Path) -> None:
    """Score ``given``."""
    import mlflow
    import pandas as pd

    loaded = mlflow.pyfunc.load_model(model)
    frame = pd.read_csv(given)
    answers = loaded.predict(frame)
    pd.concat([frame, answers], axis=1).to_csv(out, index=False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
