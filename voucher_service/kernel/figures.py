"""Figures: how often the service is asked, how fast it answers and why it refuses, for Prometheus.

Each process counts for itself. Where ``PROMETHEUS_MULTIPROC_DIR`` is set before the start, as ``serve`` does,
it counts in files of that folder, and whichever process is asked adds them up. A figure bears routes,
statuses and codes of refusals: never a path, a parameter, a voucher or a person.
"""

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from voucher_service.kernel.logs import Seen

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_COUNTED = CollectorRegistry()
_REQUESTS = Counter(
    "voucher_requests", "Requests answered.", ["route", "method", "status"], registry=_COUNTED
)
_SECONDS = Histogram(
    "voucher_request_seconds",
    "Time from a request to its answer.",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10),
    registry=_COUNTED,
)
_REFUSALS = Counter(
    "voucher_refusals", "Requests refused, by the code of the refusal.", ["code"], registry=_COUNTED
)

Reading = tuple[str, str, dict[str, float]]
"""A figure read from the database: ``name`` or ``name{label}``, what it is, and its value by label."""


def count(seen: Seen) -> None:
    """Count one request."""
    _REQUESTS.labels(seen.route, seen.method, seen.status).inc()
    _SECONDS.labels(seen.route, seen.method).observe(seen.seconds)
    if seen.refusal:
        _REFUSALS.labels(seen.refusal).inc()


def written(readings: Iterable[Reading] = ()) -> bytes:
    """Write every figure of every process, and these readings, as Prometheus reads them."""
    if FOLDER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry = _COUNTED
    shown = CollectorRegistry()
    shown.register(_Readings(readings))
    return generate_latest(registry) + generate_latest(shown)


class _Readings(Collector):
    """Readings as gauges."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = list(readings)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Make a gauge of each."""
        for name, about, values in self._readings:
            family, _, label = name.rstrip("}").partition("{")
            gauge = GaugeMetricFamily(family, about, labels=[label] if label else [])
            for key, value in values.items():
                gauge.add_metric([key] if label else [], value)
            yield gauge
