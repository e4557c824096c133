"""``make bench-serving``: our service beside model servers, in one run on one core each.

Servers take turns, so that a machine that slows down slows all of them; figures are medians of the
rounds, and ratios are taken round by round.
"""

import http.client
import json
import os
import signal
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import mlflow
import typer

from data.recognition import Recogniser
from data.stages import Stages
from serving.model import CompensationModel
from tests.bench.cores import cores_here, pinned
from tests.bench.goals import Goal, goals, ratio
from tests.bench.load import load
from tests.bench.page import machine, write_section
from tests.bench.peers import registered, six
from tests.bench.people import requests
from tests.bench.process import family, free_port, processor_seconds, resident
from tests.bench.servers import CEILING, OURS, ROOT, Server, environment, servers
from training.benchmark.markdown import table
from training.gather import SYNTHETIC, Wanted, gather

DISTINCT = 200
CONNECTIONS = (1, 32)
COLD_STARTS = 3
WARM_SECONDS = 2
WAIT_SECONDS = 180.0

GOALS = (
    ("mlflow", 10.0, "requests/s at 32 connections over `mlflow models serve`, our model"),
    ("mlflow-six", 100.0, "the same over it with the usual model of six boosters"),
    ("bentoml", 5.0, "the same over BentoML with our model class"),
    ("litserve", 5.0, "the same over LitServe with our model class"),
    (CEILING, 0.5, "the same of the ceiling"),
)
MOST_P99, MOST_COLD, MOST_MB = 2.5, 3.0, 200.0


@dataclass
class Figures:
    """What was measured of one server; a list holds one value a round.

    Attributes:
        cold: Seconds from the start of the process to its first answer.
        rate: Connections -> requests a second.
        p50: Connections -> median latency, seconds.
        p99: Connections -> 99th percentile of it, seconds.
        processor: Connections -> processor seconds a request.
        megabytes: Memory of all its processes after the load, MB.
    """

    cold: list[float] = field(default_factory=list)
    rate: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    p50: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    p99: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    processor: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    megabytes: float = 0.0


@dataclass
class Running:
    """A server that answers."""

    server: Server
    process: "subprocess.Popen[bytes]"
    port: int
    bodies: Path
    figures: Figures

    @property
    def url(self) -> str:
        """Return where it is asked."""
        return f"http://127.0.0.1:{self.port}{self.server.path}"

    def answer(self, body: str) -> Any:
        """Return what it answers to ``body``.

        Raises:
            RuntimeError: It refuses.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with ExitStack() as stack:
            stack.callback(connection.close)
            connection.request("POST", self.server.path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            said = response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{self.server.name}: {response.status} {said[:500]!r}")
        return json.loads(said)


def asked_and_known() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return distinct requests, and the words that each is taken for."""
    them = requests(DISTINCT, Recogniser(Stages()), datetime.now(UTC).date())
    known = (*six.WORDS, *six.NUMBERS)
    return [(request, {name: record[name] for name in known}) for request, record in them]


def lay_out(folder: Path, model: Path) -> None:
    """Write into ``folder`` what the peers serve: our model and the usual one, as MLflow's."""
    records = gather(
        [Wanted(SYNTHETIC, None)], Recogniser(Stages()), datetime.now(UTC).date(), lambda _: None
    ).loaded.records
    six.fit(records, folder / "six")
    registered.save(folder / "ours", model)
    mlflow.pyfunc.save_model(
        folder / "usual",
        python_model=six.__file__,
        artifacts={"six": str(folder / "six")},
        code_paths=[str(ROOT / "tests")],
        pip_requirements=[],
    )


@contextmanager
def running(server: Server, folder: Path, core: int | None, figures: Figures) -> Iterator[Running]:
    """Give ``server``, begun now and ended at the end, on ``core``; how long it took is noted."""
    port, home = free_port(), folder / f"at-{server.name}"
    home.mkdir(exist_ok=True)
    bodies = folder / f"{server.name}.jsonl"
    begun = time.perf_counter()
    with subprocess.Popen(
        [*pinned(core), *server.command, str(port)],
        cwd=home,
        env=environment(server),
        stdout=(home / "out").open("ab"),
        stderr=subprocess.STDOUT,
    ) as process:
        there = Running(server, process, port, bodies, figures)
        try:
            first = bodies.read_text().splitlines()[0]
            while True:
                try:
                    there.answer(first)
                    break
                except (OSError, http.client.HTTPException):
                    if process.poll() is not None or time.perf_counter() > begun + WAIT_SECONDS:
                        raise RuntimeError(
                            f"{server.name} does not answer: {(home / 'out').read_text()[-2000:]}"
                        ) from None
                    time.sleep(0.01)
            figures.cold.append(time.perf_counter() - begun)
            yield there
        finally:
            children = family(process.pid)[1:]
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            _end(children)


def _end(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def require_same(them: Sequence[Running]) -> None:
    """Check that every server answers all requests, and that those with our model agree.

    Raises:
        RuntimeError: One refuses, or says another median than ours.
    """
    ours = next(each for each in them if each.server.name == OURS)
    medians = [ours.answer(body)["median"] for body in ours.bodies.read_text().splitlines()]
    for each in them:
        said = [each.answer(body) for body in each.bodies.read_text().splitlines()]
        if each.server.full:
            found = [answer["median"] for answer in said]
        elif each.server.name == "mlflow":
            found = [round(answer["predictions"][0]["p50"]) for answer in said]
        else:
            continue
        if found != medians:
            raise RuntimeError(f"{each.server.name} does not answer what ours does")


def measure(them: Sequence[Running], rounds: int, seconds: int, core: int | None) -> None:
    """Measure all of ``them`` in turn, ``rounds`` times."""
    for number in range(rounds):
        for connections in CONNECTIONS:
            for each in them:
                load(each.url, each.bodies, connections, WARM_SECONDS, core)
                before = processor_seconds(each.process.pid)
                found = load(each.url, each.bodies, connections, seconds, core)
                used = processor_seconds(each.process.pid) - before
                figures = each.figures
                figures.rate[connections].append(found.requests / found.seconds)
                figures.p50[connections].append(found.p50)
                figures.p99[connections].append(found.p99)
                figures.processor[connections].append(used / found.requests)
                print(  # noqa: T201
                    f"round {number + 1}, {connections:>2} connections, {each.server.name:<11}"
                    f"{figures.rate[connections][-1]:9.0f} requests/s, "
                    f"p99 {1e3 * found.p99:.1f} ms",
                    flush=True,
                )
    for each in them:
        each.figures.megabytes = sum(resident(pid) for pid in family(each.process.pid))


def section(measured: dict[str, tuple[Server, Figures]], seconds: int, pinned_to: bool) -> str:
    """Return the section of the page."""
    ours = measured[OURS][1]
    rows = [
        [
            server.label,
            f"{median(each.rate[32]):,.0f}",
            f"{ratio(ours.rate[32], each.rate[32]):,.2f}",
            f"{1e3 * median(each.p50[32]):,.1f}",
            f"{1e3 * median(each.p99[32]):,.1f}",
            f"{median(each.rate[1]):,.0f}",
            f"{1e3 * median(each.p50[1]):,.2f}",
            f"{1e3 * median(each.p99[1]):,.2f}",
            f"{1e3 * median(each.processor[32]):,.2f}",
            f"{each.megabytes:,.0f}",
            f"{median(each.cold):.1f}",
            server.walks,
        ]
        for server, each in measured.values()
    ]
    head = [
        *("server", "requests/s, 32", "paylens to it", "p50, ms", "p99, ms"),
        *("requests/s, 1", "p50, ms", "p99, ms", "processor a request, ms", "memory, MB"),
        *("cold start, s", "a request walks"),
    ]
    ceiling = measured[CEILING][1]
    asked = [
        Goal(text, ratio(ours.rate[32], measured[name][1].rate[32]), least)
        for name, least, text in GOALS
        if name in measured
    ]
    p99, cold = ratio(ours.p99[32], ceiling.p99[32]), ratio(ours.cold, ceiling.cold)
    asked += [
        Goal("p99 at 32 connections over the ceiling's", p99, MOST_P99, at_least=False),
        Goal("memory of one worker, MB", ours.megabytes, MOST_MB, at_least=False),
        Goal("cold start over the ceiling's", cold, MOST_COLD, at_least=False),
    ]
    where = "the server on one core and wrk on another" if pinned_to else "no core of its own"
    rounds = len(ours.rate[32])
    return f"""{machine()} {rounds} rounds in which the servers took turns, {seconds} s each
with 1 and with 32 connections, {DISTINCT} distinct requests, {where}. Figures are medians, ratios
the medians of each round's. Every server answered all requests before, and those with our model
the same medians as ours.

{table(head, rows)}

*The whole contract*: validation, matching of words, percentiles, range with its measured coverage,
median interval, components and their ranges, reliability, metrics, a line of log, and an event in
the decision log (SQLite). *The ceiling* does all that for a model that costs nothing. BentoML and
LitServe run the same from request to answer, without metrics or logs. *The usual model* is
{len(six.LEVELS)} quantile boosters of {six.TREES} trees and {six.LEAVES} leaves on a data frame of
words that are recognised already. Memory is of all processes of a server. Cold start is from the
start of the process to its first prediction, {COLD_STARTS} times.

{goals(asked)}"""


def main(
    model: Path,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="Of each load.")] = 8,
    only: Annotated[list[str] | None, typer.Option(help="Only this server.")] = None,
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = True,
) -> None:
    """Measure servers with the model in the folder MODEL."""
    cores = cores_here()
    server_core, asking_core = (cores[0], cores[1]) if len(cores) > 1 else (None, None)
    loaded = CompensationModel.load(model)
    of_trees = {name: booster.trees for name, booster in loaded.boosters.items()}
    trees = f"{len(of_trees)} boosters, {sum(of_trees.values()):,} trees"
    usual = f"{len(six.LEVELS)} boosters, {len(six.LEVELS) * six.TREES:,} trees"
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        lay_out(folder, model)
        wanted = servers(folder, model.absolute(), trees, usual)
        if only:
            wanted = [each for each in wanted if each.name in {*only, OURS, CEILING}]
        asked = asked_and_known()
        for each in wanted:
            lines = [json.dumps(each.ask(*pair)) for pair in asked]
            (folder / f"{each.name}.jsonl").write_text("\n".join(lines) + "\n")
        measured = {each.name: (each, Figures()) for each in wanted}
        for number in range(COLD_STARTS - 1):
            for server, figures in measured.values():
                with running(server, folder, server_core, figures):
                    print(  # noqa: T201
                        f"cold start {number + 1}, {server.name}: {figures.cold[-1]:.1f} s",
                        flush=True,
                    )
        them = [
            stack.enter_context(running(server, folder, server_core, figures))
            for server, figures in measured.values()
        ]
        require_same(them)
        measure(them, rounds, seconds, asking_core)
    text = section(measured, seconds, server_core is not None)
    print(text)  # noqa: T201
    if write:
        write_section("Serving", text)


if __name__ == "__main__":
    typer.run(main)
