"""The start of the service loads nothing that predictions do not need."""

import json
import subprocess
import sys

HEAVY = (
    *("alembic", "cryptography", "fastexcel", "jwt", "lightgbm", "matplotlib", "mlflow", "pandas"),
    *("pandera", "pyarrow", "scipy", "sklearn", "sqlalchemy"),
)


def test_the_service_loads_no_trainer_and_nothing_that_only_files_need() -> None:
    code = "import json, sys, serving.__main__, serving.app; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert not {name.partition(".")[0] for name in json.loads(done.stdout)} & set(HEAVY)
