"""What is counted and measured of the service, in Prometheus' words (``docs/operations.md``)."""

from pathlib import Path
from time import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from serving.api.answer import Prediction
from serving.champion import Live
from serving.observe.doubts import OUTSIDE, kind_of
from serving.observe.gauges import Gauges
from serving.observe.shared import forget_the_dead, shared_folder
from serving.observe.sums import Sums

SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
PAY_USD = (25e3, 50e3, 75e3, 100e3, 125e3, 150e3, 200e3, 250e3, 300e3, 400e3, 600e3, 1e6, 2e6)


class Metrics:
    """Counts and measures; a ``serving.champion.Witness``.

    Labels are few and known beforehand: templates of routes, kinds of reasons, versions. Never a
    word that somebody sent.
    """

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self.gauges = Gauges(own)
        self._requests = Counter(
            "paylens_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=own,
        )
        self._seconds = Histogram(
            "paylens_request_seconds",
            "From the request's head to the end of the answer.",
            ("route",),
            buckets=SECONDS,
            registry=own,
        )
        self._problems = Counter(
            "paylens_problems", "Requests refused, by type of problem.", ("type",), registry=own
        )
        self._predicted = Histogram(
            "paylens_predicted_usd", "Predicted median pay, USD.", buckets=PAY_USD, registry=own
        )
        self._reliability = Counter(
            "paylens_predictions", "Predictions, by reliability.", ("reliability",), registry=own
        )
        self._doubts = Counter(
            "paylens_doubts",
            "Reasons why predictions are weak; one prediction may have several.",
            ("kind",),
            registry=own,
        )
        self._outside = Counter(
            "paylens_outside_predictions",
            "Predictions that reach beyond what the model learned from.",
            registry=own,
        )
        self._unknown = Counter(
            "paylens_unknown_words",
            "Words nobody knows, in answered requests.",
            ("field",),
            registry=own,
        )
        self._workers = Gauge(
            "paylens_model_workers",
            "Processes that serve the version.",
            ("version", "trained_on", "synthetic"),
            registry=own,
            multiprocess_mode="livesum",
        )
        self._swapped = Gauge(
            "paylens_model_swapped_timestamp_seconds",
            "When the last model came into service; of several processes, the last one.",
            registry=own,
            multiprocess_mode="livemax",
        )
        self._load_seconds = Histogram(
            "paylens_model_load_seconds",
            "From the look at the registry until the new model served.",
            buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=own,
        )
        self._refused = Counter(
            "paylens_model_refused",
            "Models refused (artifact, checkup) and looks in vain (registry, kept).",
            ("reason",),
            registry=own,
        )
        self._trouble = Gauge(
            "paylens_model_trouble",
            "Processes whose last look at the champion went wrong.",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._told: tuple[str, str, str] | None = None
        # Looking a child up by its labels costs more than counting.
        self._children: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}
        self._kinds: dict[str, Counter] = {}
        self._labels = {
            label: self._reliability.labels(label) for label in ("high", "medium", "low")
        }
        forget_the_dead()

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request to ``route`` (its template) and measure how long it took."""
        key = (route, method, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._requests.labels(route, method, str(status))
        child.inc()
        timer = self._timers.get(route)
        if timer is None:
            timer = self._timers[route] = self._seconds.labels(route)
        timer.observe(seconds)

    def refused_as(self, kind: str) -> None:
        """Count a request refused with a problem of type ``kind``."""
        self._problems.labels(kind).inc()

    def predicted(self, told: Prediction) -> None:
        """Count what ``told`` says of pay and of itself."""
        rate = told.exchange_rate.usd if told.exchange_rate else 1.0
        self._predicted.observe(told.median * rate)
        self._labels[told.reliability.label].inc()
        kinds = {kind_of(reason) for reason in told.reliability.reasons}
        for kind in kinds:
            doubt = self._kinds.get(kind)
            if doubt is None:
                doubt = self._kinds[kind] = self._doubts.labels(kind)
            doubt.inc()
        if not kinds.isdisjoint(OUTSIDE):
            self._outside.inc()
        for field, heard in told.recognised.items():
            for word in heard if isinstance(heard, list) else (heard,):
                if word.status == "unknown":
                    self._unknown.labels(field).inc()

    def swapped(self, live: Live, seconds: float) -> None:
        """Note that ``live`` is in service."""
        manifest = live.model.manifest
        told = (live.version, str(manifest["trained_on"]), str(live.model.synthetic).lower())
        if self._told is not None:
            self._workers.labels(*self._told).set(0)
        self._told = told
        self._workers.labels(*told).set(1)
        self._swapped.set(time())
        self._load_seconds.observe(seconds)

    def refused(self, kind: str, reason: str) -> None:  # noqa: ARG002  # sentences are for the log
        """Count a refusal of ``kind``."""
        self._refused.labels(kind).inc()

    def looked(self, trouble: str | None) -> None:
        """Note whether the last look at the champion went wrong."""
        self._trouble.set(0 if trouble is None else 1)

    def told(self) -> bytes:
        """Return all of it in Prometheus' text format; of all processes where there are several."""
        self.gauges.read()
        folder = shared_folder()
        if folder is None:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        together.register(Sums(Path(folder)))
        return generate_latest(together)
