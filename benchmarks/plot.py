"""A picture of the results, for the README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.clients import BARE_GET, GET
from benchmarks.peers import AIOHTTP, HTTPX

# The bare wire has no place in it: it is no choice that anybody has.
SHOWN = {GET: "#b8860b", BARE_GET: "#7f7f7f", AIOHTTP: "#4c72b0", HTTPX: "#55a868"}


def draw(results: dict[str, Any], file: Path) -> None:
    """Draw what a call costs in CPU, and how many there are in a second, at each level of concurrency.

    Raises:
        KeyError: The results have no such part.
    """
    levels: dict[str, dict[str, dict[str, float]]] = results["calls"]["asyncio"]
    # The same numbers make the same file.
    mpl.rcParams["svg.hashsalt"] = "minted-async"
    figure: Any = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, column, title in (
        (left, "cpu_us", "CPU of a call, microseconds (less is better)"),
        (right, "rate", "calls a second (more is better)"),
    ):
        for index, (name, colour) in enumerate(SHOWN.items()):
            measured = [(place, at[name][column]) for place, at in enumerate(levels.values()) if name in at]
            places = [place + 0.2 * index for place, _ in measured]
            values = [value for _, value in measured]
            axes.bar(places, values, width=0.19, color=colour, label=name)
        axes.set_title(title, fontsize=9)
        axes.set_xticks(
            [place + 0.3 for place in range(len(levels))], [f"{level} at once" for level in levels]
        )
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)
