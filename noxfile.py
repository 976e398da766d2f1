"""The one door: `nox` alone passes everything that CI passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
# uv makes an environment in a quarter of the time; where it is not installed, pip does.
nox.options.default_venv_backend = "uv|venv"
os.environ.setdefault("UV_COMPILE_BYTECODE", "1")  # once, and not by each process of the tests
nox.options.error_on_external_run = True
# Each Python that is installed; in CI nox would otherwise insist on all of them.
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
# The generator's tests compute; half of the time of the package's is waiting for servers and processes.
COMPUTING = ("-n", "logical")
PARALLEL = ("-n", str(2 * (os.cpu_count() or 1)))
GENERATOR_TESTS = ("tests/codegen", "tests/openapi")
PROGRAM_TESTS = (
    "tests/blocking/test_prefork_worker.py",
    "tests/cli/test_exit_codes.py",
    "tests/web",
    "tests/test_containers.py",
    "tests/test_testing.py",
)
HEART_TESTS = ("tests/core", "tests/trades", "tests/test_generated.py", "tests/test_client.py")
COVERING_TESTS = (*HEART_TESTS, "tests/integrations")
WIRE_TESTS = (
    "tests/core/digest/test_rows.py",
    "tests/core/test_aiohttp_names.py",
    "tests/core/test_connectors.py",
    "tests/core/test_foreign_errors.py",
    "tests/core/test_framing.py",
    "tests/core/test_proxies.py",
    "tests/core/test_stray_answers.py",
    "tests/core/test_tls.py",
)


def offer_pyenv_versions() -> None:
    """Let pyenv's shims find every Python that it has installed, not only the one that is chosen."""
    pyenv = shutil.which("pyenv")
    if pyenv is None or "PYENV_VERSION" in os.environ:
        return

    def ask(*arguments: str) -> list[str]:
        done = subprocess.run([pyenv, *arguments], capture_output=True, text=True, check=False)
        return done.stdout.split()

    chosen = ask("version-name")
    wanted = [name for name in ask("versions", "--bare") if name.rpartition(".")[0] in PYTHONS]
    os.environ["PYENV_VERSION"] = ":".join([*chosen, *(name for name in wanted if name not in chosen)])


offer_pyenv_versions()


def groups(*names: str) -> list[str]:
    """The pinned tools of some dependency groups."""
    return list(nox.project.dependency_groups(PROJECT, *names))


@nox.session
def lint(session: nox.Session) -> None:
    """Style and the commonest mistakes."""
    session.install(*groups("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Two type checkers over everything, generated code and a user's program included."""
    session.install("-e", ".[cli]", *groups("types"))
    session.run("mypy")
    session.run("pyright", env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})


@nox.session
def codegen(session: nox.Session) -> None:
    """The generated code is what the spec says."""
    session.install("-e", ".", *groups("codegen"))
    session.run("python", "-m", "codegen", "check")


@nox.session
def architecture(session: nox.Session) -> None:
    """Imports run one way."""
    session.install("-e", ".[cli]", *groups("architecture"))
    session.run("lint-imports", "--no-cache")


@nox.session
def compatibility(session: nox.Session) -> None:
    """What breaks callers of the last release has a version that says so."""
    session.install("-e", ".", *groups("codegen"))
    session.run("python", "-m", "codegen", "compatibility")


@nox.session(default=False)
def sync(session: nox.Session) -> None:
    """What the documentation says and the spec does not: `nox -s sync -- --site URL`."""
    session.install("-e", ".", *groups("codegen"))
    # 1 is a report of drift, which is what was asked for.
    session.run("python", "-m", "codegen", "sync", *session.posargs, success_codes=[0, 1])


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The package's tests on each Python that is installed; those of its generator, a tool, on the first.

    Whole programs are started on the first. The second one has no surprises that neither neighbour has: the
    heart alone runs there.
    """
    session.install("-e", ".[cli]", *groups("tests"))
    others = [f"--ignore={folder}" for folder in GENERATOR_TESTS]
    if session.posargs or session.python != PYTHONS[0]:
        programs = [f"--ignore={path}" for path in PROGRAM_TESTS]
        chosen = HEART_TESTS if session.python == PYTHONS[1] else (*others, *programs)
        session.run("pytest", *(session.posargs or (*PARALLEL, *chosen)))
        return
    session.run("pytest", *COMPUTING, *GENERATOR_TESTS)
    # Coverage slows tests down, and most of all programs that start programs: money and wire are enough.
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *PARALLEL, *COVERING_TESTS)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report", "--include=minted_async/core/*", "--fail-under=98")
    session.run("coverage", "report", "--include=minted_async/trades/*", "--fail-under=95")
    rest = [f"--ignore={path}" for path in COVERING_TESTS]
    session.run("pytest", *PARALLEL, *others, *rest)


@nox.session
def oldest(session: nox.Session) -> None:
    """The lowest versions that this package says it works with do work, on the wire and in frameworks."""
    extras = PROJECT["project"]["optional-dependencies"]
    needed = (*PROJECT["project"]["dependencies"], *extras["fastapi"], *extras["otel"])
    sdk = (each.replace("-api", "-sdk") for each in extras["otel"])
    lowest = [requirement.replace(">=", "==") for requirement in (*needed, *sdk)]
    wanted = ("django==", "openapi-spec", "pytest", "hypothesis", "rich", "uvicorn==", "uvloop", "websockets")
    tools = [tool for tool in groups("tests") if tool.startswith(wanted)]
    session.install("-e", ".", *lowest, *tools)
    session.run("pytest", *(session.posargs or (*PARALLEL, *WIRE_TESTS, "tests/integrations")))
    # The first pytest-asyncio that the plugin takes, and the first pytest that this one takes.
    session.install("pytest==8.2.0", "pytest-asyncio==1.1.0")
    session.run("pytest", *PARALLEL, "tests/test_testing.py")


@nox.session
def cost(session: nox.Session) -> None:
    """A call takes no more instructions beside bare aiohttp than its limit."""
    if shutil.which("valgrind") is None:
        if os.environ.get("CI"):
            session.error("valgrind is not installed")
        session.skip("needs valgrind: apt-get install valgrind")
    session.install("-e", ".", *groups("cost"))
    session.run("python", "-m", "benchmarks", "guard")


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """What a call costs, beside others: `nox -s benchmarks -- --quick --plot call-cost.svg`."""
    session.install("-e", ".", *groups("benchmarks"))
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """The wheel works with nothing but its own dependencies, and the demo with its extra."""
    session.install("build==1.5.1")
    built = Path(session.create_tmp())
    for stale in built.iterdir():
        stale.unlink()
    session.run("python", "-m", "build", "--outdir", str(built), silent=True)
    wheel = next(built.glob("*.whl"))
    sdist = next(built.glob("*.tar.gz"))

    # -I leaves the checkout out of sys.path, so that what is imported is what was installed.
    clean = _environment(session, "wheel", str(wheel))
    session.run(clean, "-I", "-W", "error", "-c", _SMOKE, external=True)
    session.run(clean, "-I", "-m", "minted_async.cli", external=True, success_codes=[2])
    demo = _environment(session, "extra", f"{wheel}[cli]")
    session.run(demo, "-I", "-m", "minted_async.cli", "demo", external=True)
    from_source = _environment(session, "sdist", str(sdist))
    session.run(from_source, "-I", "-W", "error", "-c", _SMOKE, external=True)


def _environment(session: nox.Session, name: str, requirement: str) -> str:
    """A virtual environment with one requirement and its dependencies; the path of its Python."""
    folder = Path(session.create_tmp()).parent / f"package-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "venv", str(folder))
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    session.run(str(python), "-m", "pip", "install", "--quiet", requirement, external=True)
    return str(python)


_SMOKE = """
import asyncio, sys
from minted_async import MintedClient
from minted_async.sandbox import Sandbox

async def main():
    async with Sandbox() as sandbox:
        async with MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url) as minted:
            fix = await minted.prices.fix(type="digital")
            print(sys.version.split()[0], {price.sku: str(price.buy_price) for price in fix.prices})

asyncio.run(main())
"""

if __name__ == "__main__":
    sys.exit("run `nox`, not this file")
