"""The results of a run as tables."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks import import_time
from benchmarks.clients import BARE_POST
from benchmarks.peers import CLIENTS


def show(results: dict[str, Any]) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = 120
    console.print(", ".join(f"{name} {value}" for name, value in results["machine"].items()), style="dim")
    for title, table in tables(results):
        console.print()
        console.print(title, style="bold")
        console.print(table)


def tables(results: dict[str, Any]) -> list[tuple[str, Table]]:
    made: list[tuple[str, Table]] = []
    if "instructions" in results:
        made.append(("Instructions of a call (valgrind, user space)", _instructions(results["instructions"])))
    for loop, levels in results.get("calls", {}).items():
        for level, clients in levels.items():
            made.append((f"{loop}, {level} at once", _calls(clients)))
    for wire, clients in results.get("alone", {}).items():
        made.append((f"A purchase on a connection of its own, {wire}, one after the other", _alone(clients)))
    if "memory" in results:
        made.append(("Memory (Python's own, kB)", _memory(results["memory"])))
    if "imports" in results:
        made.append(("Imports and first call (CPU of a fresh interpreter)", _imports(results["imports"])))
    return made


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column(columns[0], no_wrap=True)
    for column in columns[1:]:
        table.add_column(column, justify="right")
    return table


def _instructions(counts: dict[str, float]) -> Table:
    table = _table("client", "thousands", "beside bare")
    for name, count in counts.items():
        bare = counts.get(CLIENTS[name].against)
        table.add_row(name, f"{count / 1000:,.0f}", f"x{count / bare:.2f}" if bare else "")
    return table


def _calls(clients: dict[str, dict[str, float]]) -> Table:
    table = _table("client", "CPU us", "beside bare", "calls/s", "beside bare", "p50 ms", "p99 ms")
    for name, summary in clients.items():
        if name == BARE_POST:
            table.add_section()
        table.add_row(
            name,
            f"{summary['cpu_us']:.0f}",
            f"x{summary['cpu_ratio']:.2f}",
            f"{summary['rate']:,.0f}",
            f"x{summary['rate_ratio']:.2f}",
            f"{summary['p50_ms']:.2f}",
            f"{summary['p99_ms']:.2f}",
        )
    return table


def _alone(clients: dict[str, dict[str, float]]) -> Table:
    table = _table("client", "CPU us", "beside kept", "p50 ms", "p99 ms", "connections a call")
    for name, cost in clients.items():
        numbers = (f"{cost[column]:.2f}" for column in ("p50_ms", "p99_ms", "connections"))
        table.add_row(name, f"{cost['cpu_us']:.0f}", f"x{cost['cpu_ratio']:.2f}", *numbers)
    return table


def _memory(clients: dict[str, dict[str, float]]) -> Table:
    table = _table("", *clients)
    for kind in next(iter(clients.values())):
        table.add_row(kind, *(f"{sizes[kind] / 1000:.1f}" for sizes in clients.values()))
    return table


def _imports(medians: dict[str, float]) -> Table:
    table = _table("", "ms", "above", "limit")
    above = import_time.extras(medians)
    for name, median in medians.items():
        extra = (f"{above[name]:+.1f}", f"{import_time.LIMITS[name]:+.0f}") if name in above else ("", "")
        table.add_row(name, f"{median:.1f}", *extra)
    return table
