"""The sandbox in a container: its Dockerfile as far as it can be checked without Docker, and two networks."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from minted_async import MintedClient
from minted_async.sandbox import Sandbox
from tests.cli.commands import PATIENCE, PYTHON, ROOT, environment, python
from tests.external import program

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def instructions() -> list[tuple[str, str]]:
    """Name and arguments of each instruction; comments are left out, continued lines are joined."""
    lines = "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", lines)
    pairs = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name, rest.strip()) for name, _, rest in pairs]


def arguments(name: str) -> str:
    """The arguments of the last instruction of a name."""
    return [rest for instruction, rest in instructions() if instruction == name][-1]


def test_the_base_is_pinned_and_the_same_in_both_stages() -> None:
    bases = [rest.partition(" AS ")[0] for name, rest in instructions() if name == "FROM"]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    version = re.fullmatch(r"python:(\d+\.\d+)\.\d+-slim-[a-z]+", bases[0])
    assert version is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"Programming Language :: Python :: {version[1]}" in project["classifiers"]


def test_it_does_not_run_as_root() -> None:
    user, _, group = arguments("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0
    names = [name for name, _ in instructions()]
    assert names.index("USER") > len(names) - names[::-1].index("FROM")  # of the last stage


def test_what_is_copied_is_there_and_enough_to_build_the_package() -> None:
    copied = [
        source
        for name, rest in instructions()
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for source in copied:
        assert (ROOT / source).exists()
        assert any(fnmatch(source, pattern) for pattern in kept)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = ["pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]]
    needed += project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(needed) <= set(copied)


def test_the_health_check_says_whether_the_sandbox_answers() -> None:
    _, _, command = arguments("HEALTHCHECK").partition(" CMD ")
    interpreter, *check = json.loads(command)
    assert interpreter == "python"

    def healthy(port: int) -> bool:
        script = [argument.replace("8765", str(port)) for argument in check]
        # A proxy of the environment has nothing to do with it.
        return python(*script, env={"http_proxy": "http://127.0.0.1:9"}).code == 0

    with Sandbox(host="0.0.0.0").in_thread() as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        assert healthy(port)
        assert not sandbox.requests
    assert not healthy(port)


def test_what_it_starts_serves_everybody_and_stops_when_told_to() -> None:
    command: list[str] = json.loads(arguments("ENTRYPOINT"))
    assert command[0] == "minted"
    assert arguments("EXPOSE") == command[command.index("--port") + 1] == "8765"
    command[command.index("--port") + 1] = "0"
    process = subprocess.Popen(
        [*PYTHON, "-m", "minted_async.cli", *command[1:], "--price-ttl", "60"],
        cwd=ROOT,
        env=environment(HOME="/nonexistent", PYTHONUNBUFFERED="1", PYTHONDONTWRITEBYTECODE="1"),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.terminate()
        rest = process.communicate(timeout=PATIENCE)[0]
    assert first.startswith("Minted sandbox at http://127.0.0.1:")
    assert "Stopped after 0 orders." in rest
    assert process.returncode == 0


def test_the_example_with_compose_gives_its_program_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "sandbox.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    services = yaml.safe_load(example)["services"]
    assert services["shop"]["depends_on"]["sandbox"]["condition"] == "service_healthy"
    for name, value in services["shop"]["environment"].items():
        monkeypatch.setenv(name, value)
    assert "http://sandbox:8765" in repr(MintedClient.from_env())


Run = Callable[..., "subprocess.Popen[str]"]


def ip(command: str) -> None:
    path = program("ip", "iproute2")
    subprocess.run([path, *shlex.split(command)], check=True, capture_output=True, timeout=PATIENCE)


@contextmanager
def network(name: str, hosts: str) -> Generator[None]:
    """A network of its own (a namespace), whose programs know hosts by name."""
    folder = Path("/etc/netns") / name
    with ExitStack() as undo:
        ip(f"netns add {name}")
        undo.callback(ip, f"netns del {name}")
        folder.mkdir(parents=True)
        undo.callback(folder.rmdir)
        (folder / "hosts").write_text(hosts)
        undo.callback((folder / "hosts").unlink)
        ip(f"-n {name} link set lo up")
        yield


@pytest.fixture
def two_networks() -> Generator[tuple[Run, Run]]:
    """How to run Python in each of two networks with a cable between them, as two containers have it."""
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    program("ip", "iproute2")
    one, other = (f"minted-{os.getpid()}-{number}" for number in (1, 2))
    try:
        ip(f"netns add {one}")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine makes no network namespaces: {error.stderr!r}")
    ip(f"netns del {one}")

    def runner(name: str) -> Run:
        def run(*command: str, **variables: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [program("ip", "iproute2"), "netns", "exec", name, sys.executable, *command],
                cwd=ROOT,
                env=environment(PYTHONUNBUFFERED="1", **variables),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )

        return run

    with network(one, "127.0.0.1 localhost\n"), network(other, "192.0.2.1 sandbox\n127.0.0.1 localhost\n"):
        ip(f"link add veth0 netns {one} type veth peer name veth0 netns {other}")
        for name, address in ((one, "192.0.2.1"), (other, "192.0.2.2")):
            ip(f"-n {name} address add {address}/30 dev veth0")
            ip(f"-n {name} link set veth0 up")
        yield runner(one), runner(other)


def test_a_program_in_a_second_network_trades_on_the_sandbox_by_its_name(
    two_networks: tuple[Run, Run],
) -> None:
    in_one, in_other = two_networks
    account = {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo"}
    address = {"MINTED_BASE_URL": "http://sandbox:8765"}
    with in_one("-m", "minted_async.cli", "sandbox", "--host", "0.0.0.0") as served:
        try:
            assert served.stdout is not None
            assert "http://127.0.0.1:8765" in served.stdout.readline()

            with in_other("examples/first_order.py", **account, **address) as refused:
                _, reason = refused.communicate(timeout=PATIENCE)
            assert refused.returncode == 1
            assert "allow_http=('sandbox',), or MINTED_ALLOW_HTTP=sandbox" in reason

            allowed = {"MINTED_ALLOW_HTTP": "sandbox"}
            with in_other("examples/first_order.py", **account, **address, **allowed) as bought:
                printed, warned = bought.communicate(timeout=PATIENCE)
            assert bought.returncode == 0, warned
            assert "TRY" in printed
            assert "orders and credentials go to http://sandbox:8765 in the clear" in warned

            with in_other("-m", "minted_async.cli", "doctor", **account, **address, **allowed) as examined:
                report, _ = examined.communicate(timeout=PATIENCE)
            assert examined.returncode == 1
            (differs,) = [line for line in report.splitlines() if line.startswith("differs")]
            assert "tls" in differs
            assert "everything travels in the clear" in differs
        finally:
            served.terminate()
            log, _ = served.communicate(timeout=PATIENCE)
    assert "/partner/order/digital/buy" in log
