"""Workers that are forked in advance, as Celery's are, and buy gold: a job orders once, whoever is killed.

    MINTED_USERNAME=... MINTED_PASSWORD=... python examples/prefork_worker.py JOB-1 JOB-2 JOB-3

`minted sandbox` prints these variables for a Minted of your own. A job is the id of an order; the journal is
`orders.sqlite`, or what MINTED_JOURNAL names. Kill a worker (`kill -9`) in the middle of an order: the parent
starts another one, which accounts for what the journal has open, and delivers the job again.
"""

import os
import sys
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from minted_async import errors, models
from minted_async.blocking import MintedClient
from minted_async.trades import Outcome

WORKERS = 2
RECOVER = "recover"
"""The job that comes first, and after the death of a worker."""
BUYER = models.OrderCustomer(
    external_id="CST-1",
    firstname="Defne",
    lastname="Kaya",
    identity_number="10000000146",
    email="defne@example.com",
    phone="+905550000000",
)

# Made when the module is imported, in the parent, where it opens nothing: each worker opens its own.
minted = MintedClient.from_env(journal=os.environ.get("MINTED_JOURNAL", "orders.sqlite"))


@dataclass
class Worker:
    """A worker as the parent sees it, and the job that it has."""

    process: ForkProcess
    line: "Connection[str | None, str]"
    job: str | None = None


def say(text: str) -> None:
    """Print a line in one piece: the workers share the output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def place(job: str) -> str:
    """Place the order of a job, which may come twice, as its worker may have been killed: it orders once."""
    known = minted.trades.outcome(job)
    if known is None or known.outcome in (Outcome.NOT_SENT, Outcome.NOT_PLACED, Outcome.REFUSED):
        gold = [models.BuyItem(sku="GAU", amount=Decimal("0.5"))]
        order = minted.trades.buy(customer=BUYER, items=gold, external_id=job)
    else:
        order = minted.trades.resolve(job)
    return f"{job} is placed for {order.total} {order.currency_code}"


def recover() -> str:
    """Account for what earlier runs, or workers that are dead by now, have left open."""
    left_open = [
        f"{recovery.external_id} was left open and {'is placed' if recovery.order else recovery.error}"
        for recovery in minted.trades.recover()
    ]
    return "\n".join(left_open) or "nothing was left open"


def work(line: "Connection[str, str | None]") -> None:
    """What a worker does: job after job."""
    with minted:
        said = f"{os.getpid()} is ready"
        while True:
            line.send(said)
            if (job := line.recv()) is None:
                return
            say(f"{os.getpid()} takes {job}")
            try:
                said = recover() if job == RECOVER else place(job)
            except errors.MintedError as error:
                said = f"{job} failed: {error}"


def start() -> Worker:
    """Fork a worker."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs,))
    process.start()
    theirs.close()  # so that its end is noticed
    return Worker(process, ours)


def main(jobs: deque[str]) -> None:
    """Hand out jobs, each of which is acknowledged when it is done, and replace workers that die."""
    workers = [start() for _ in range(WORKERS)]
    while workers:
        heard = wait([worker.line for worker in workers])
        for worker in [worker for worker in workers if worker.line in heard]:
            try:
                say(worker.line.recv())
                worker.job = jobs.popleft() if jobs else None
                worker.line.send(worker.job)
            except (EOFError, ConnectionError):
                workers.remove(worker)
                worker.process.join()
                if worker.process.exitcode != 0:
                    say(f"{worker.process.pid} died with {worker.job}")
                    jobs.extendleft([RECOVER] if worker.job in (None, RECOVER) else [worker.job, RECOVER])
                    workers.append(start())


if __name__ == "__main__":
    main(deque([RECOVER, *(sys.argv[1:] or ["JOB-1", "JOB-2", "JOB-3"])]))
