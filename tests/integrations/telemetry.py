"""OpenTelemetry's SDK with exporters that keep what they are given."""

from __future__ import annotations

from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Sampler
from opentelemetry.trace import SpanKind

from minted_async.integrations.opentelemetry import Telemetry


def attributes_of(what: ReadableSpan | Event) -> dict[str, Any]:
    """The attributes of a span, or of an event in it."""
    return dict(what.attributes or {})


class Exported:
    """What a program with its own providers exports.

    Attributes:
        tracer: For spans of the program itself.
        meters: Where its metrics go.
        telemetry: For `events=`.
    """

    def __init__(self, sampler: Sampler = ALWAYS_ON) -> None:
        self._spans = InMemorySpanExporter()
        tracers = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._reader = InMemoryMetricReader()
        self.meters = MeterProvider([self._reader], shutdown_on_exit=False)
        self.tracer = tracers.get_tracer("tests")
        self.telemetry = Telemetry(tracer_provider=tracers, meter_provider=self.meters)

    @property
    def spans(self) -> list[ReadableSpan]:
        """The spans that have ended, oldest first."""
        return list(self._spans.get_finished_spans())

    @property
    def calls(self) -> list[ReadableSpan]:
        """Those of the client."""
        return [span for span in self.spans if span.kind is SpanKind.CLIENT]

    def metric(self, name: str) -> list[tuple[dict[str, Any], Any]]:
        """Attributes and points of a metric, as it is collected now."""
        data = self._reader.get_metrics_data()
        metrics = (
            []
            if data is None
            else [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics]
        )
        return [
            (dict(point.attributes or {}), point)
            for metric in metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def values(self, name: str) -> list[tuple[dict[str, Any], Any]]:
        """Attributes and values of a counter or a gauge."""
        return [(attributes, point.value) for attributes, point in self.metric(name)]

    def everything(self) -> str:
        """All of it as an exporter would write it."""
        data = self._reader.get_metrics_data()
        return "\n".join([*(span.to_json() for span in self.spans), "" if data is None else data.to_json()])
