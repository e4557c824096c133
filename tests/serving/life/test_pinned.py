"""A request that began with one model ends with it, whatever is swapped meanwhile."""

import shutil
from pathlib import Path

from fastapi.testclient import TestClient

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.model import CompensationModel


def test_all_items_of_a_batch_are_answered_by_one_model(model_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    wider = CompensationModel.load(folder).scaled(2.0)
    champion = Champion(folder, None)
    champion.refresh()
    first = champion.live.version

    class Swapping(Recogniser):
        """Swaps the model while the second item is read."""

        asked = 0

        def read(self, *given: object, **named: object) -> object:  # type: ignore[override]
            self.asked += 1
            if self.asked == 2:
                wider.save(folder)
                assert champion.refresh()
            return super().read(*given, **named)  # type: ignore[arg-type]

    app = assemble(champion, Swapping(Stages()))
    with TestClient(app) as client:
        items = [{"role": "data_scientist"}] * 4
        told = client.post("/v1/predictions/batch", json={"items": items}).json()
        versions = {item["prediction"]["model"]["version"] for item in told["items"]}
        assert versions == {first}
        assert client.get("/readyz").json()["model"] != first
