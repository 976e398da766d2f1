"""The way into the command: help, version, exit codes, and what happens without the extra."""

from __future__ import annotations

import tomllib

import pytest

from minted_async import __version__
from minted_async.cli import main
from tests.cli.commands import ROOT, minted, python


def without(package: str) -> str:
    """A program that runs the command where a package is not installed."""
    return f"import sys; sys.modules[{package!r}] = None; from minted_async.cli import main; sys.exit(main())"


@pytest.mark.parametrize("package", ["cyclopts", "rich"])
def test_without_the_extra_one_line_says_how_to_get_it(package: str) -> None:
    result = python("-c", without(package))
    assert (result.code, result.out) == (2, "")
    assert result.err == "minted needs two more packages: pip install 'minted-async[cli]'\n"


def test_any_other_missing_module_is_not_blamed_on_the_extra() -> None:
    result = python("-c", without("minted_async.cli.app"))
    assert result.code == 1
    assert "ModuleNotFoundError" in result.err


def test_the_installed_command_is_the_same_function() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"minted": f"{main.__module__}:{main.__name__}"}


def test_version_says_what_a_bug_report_needs() -> None:
    result = minted("--version")
    assert result.code == 0
    assert result.out.startswith(f"minted-async {__version__} (Python 3.")
    assert "aiohttp 3." in result.out


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_names_every_command_and_where_to_begin(arguments: list[str]) -> None:
    result = minted(*arguments)
    assert result.code == 0
    for text in (
        "Begin with minted demo",
        "Show the prices of all products",
        *("demo ", "sandbox ", "buy ", "sell ", "order ", "journal ", "operations ", "doctor ", "--version"),
    ):
        assert text in result.out


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("demo", ["--amount", "--sku", "--locale", "--seed", "--plain", "--code"]),
        (
            "sandbox",
            ["--host", "--port", "--username", "--password", "--seed", "--price-ttl", "--fault", "--quiet"],
        ),
    ],
)
def test_help_of_a_command_explains_its_options(name: str, options: list[str]) -> None:
    result = minted(name, "--help")
    assert result.code == 0
    for option in options:
        assert option in result.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["dmeo"],
        ["demo", "--amuont", "1"],
        ["demo", "--amount", "much"],
        ["demo", "--locale", "de"],
        ["sandbox", "x"],
        ["sandbox", "--port", "65536"],
    ],
)
def test_wrong_usage_is_exit_code_2_and_no_traceback(arguments: list[str]) -> None:
    result = minted(*arguments)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert result.err
