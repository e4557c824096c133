"""Figures that are read when somebody asks for them: of the journal, the spool, the outcomes."""

from collections.abc import Callable, Mapping
from typing import Literal

from prometheus_client import CollectorRegistry, Gauge

Figures = Mapping[tuple[str, ...], float]
"""Label values -> figure."""

Together = Literal["livesum", "livemax", "livemostrecent", "mostrecent"]
"""What the figures of several processes come to."""


class Gauges:
    """Gauges whose figures come from elsewhere.

    This is the place to add one: the part that has the figure hands over how to read it.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._sources: list[tuple[Gauge, Callable[[], Figures]]] = []

    def add(
        self,
        name: str,
        about: str,
        read: Callable[[], Figures],
        *,
        labels: tuple[str, ...] = (),
        together: Together = "livesum",
    ) -> None:
        """Add a gauge.

        Args:
            name: Its name, with its unit.
            about: What it is, for whoever reads the metrics.
            read: Returns its figures now, by label values; ``{(): 3.0}`` where there are none.
            labels: Names of its labels.
            together: What the figures of several processes come to.
        """
        gauge = Gauge(name, about, labels, registry=self._registry, multiprocess_mode=together)
        self._sources.append((gauge, read))

    def read(self) -> None:
        """Read every figure: at a scrape, and now and then for the scrapes of other processes."""
        for gauge, read in self._sources:
            for values, figure in read().items():
                (gauge.labels(*values) if values else gauge).set(figure)
