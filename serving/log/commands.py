"""``paylens-serve log``: what whoever runs the service does with the decision log."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import LogError
from serving.log.address import OFF, Address
from serving.settings import Settings

if TYPE_CHECKING:
    from serving.log.store import Store

commands = typer.Typer(
    help="The decision log: verify, prune, upgrade, status.", no_args_is_help=True
)

MOST_YEARS = 1000

Named = Annotated[
    str | None, typer.Option("--log", help="The log's database; default PAYLENS_LOG.")
]


@commands.command()
def verify(
    log: Named = None,
    head: Annotated[
        str | None, typer.Option(help="SEQ:HASH of an earlier verify: it must still be there.")
    ] = None,
) -> None:
    """Check that no entry was altered, moved, removed or added."""
    from serving.log import verify as check

    kept = check.Head.read(head) if head else None
    with _opened(log) as store:
        found = check.verify(store, kept)
    if found.broken:
        raise LogError(f"the log was tampered with: {found.broken}")
    typer.echo(f"{found.entries:,} entries from {found.first} on, unbroken")
    typer.echo(f"head {found.head}")
    if kept is None:
        typer.echo(
            "Whoever can write the whole database can cut off the last entries, or write all "
            "anew, without a trace in it: keep this head elsewhere and give it to the next verify "
            "as --head."
        )
    elif kept.seq < found.first:
        typer.echo(f"entry {kept.seq} was pruned, so the head that was kept says nothing any more")


@commands.command()
def prune(
    log: Named = None,
    years: Annotated[float | None, typer.Option(help="Keep this long; default 4.")] = None,
    before: Annotated[
        datetime | None, typer.Option(help="Or remove what is older than this day, UTC.")
    ] = None,
) -> None:
    """Remove what is older than the retention; the chain can still be verified."""
    from serving.log import prune as cut

    if years is not None and before is not None:
        raise LogError("--years and --before both say what goes; give one of them")
    kept_years, now = cut.YEARS if years is None else years, datetime.now(UTC)
    if not 0 <= kept_years <= MOST_YEARS:
        raise LogError(f"--years {kept_years:g}: give a number from 0 to {MOST_YEARS}")
    age = timedelta(days=cut.DAYS_A_YEAR * kept_years)
    limit = before.replace(tzinfo=UTC) if before else now - age
    if limit > now:
        raise LogError(
            f"--before {limit:%Y-%m-%d} lies ahead, and all would go; if it is meant to, give "
            "--years 0"
        )
    with _opened(log) as store:
        gone = cut.prune(store, limit)
    typer.echo(f"{gone.entries:,} entries older than {limit:%Y-%m-%d} removed")


@commands.command()
def upgrade(log: Named = None) -> None:
    """Bring the database's tables to the shape this release needs."""
    from serving.log import migrate

    with _opened(log, ready=False) as store:
        before = migrate.revision(store)
        migrate.upgrade(store)
        migrate.check(store)
    typer.echo(f"revision {before or 'none'} -> {migrate.NEWEST}")


@commands.command()
def status(log: Named = None) -> None:
    """Say what the database holds and what still waits in the spool."""
    from sqlalchemy import func, select

    from serving.log.quarantine import count, path_of
    from serving.log.segments import segments
    from serving.log.spool import folders, is_of_file, left_over
    from serving.log.tables import ENTRIES, HEAD, OUTCOMES

    spool = Settings.read().log_spool
    for folder in folders(spool):
        size = sum(path.stat().st_size for path in segments(folder))
        with left_over(folder) as dead:
            owner = "left by a process that ended" if dead else "of a running process"
            if is_of_file(folder):
                owner = "of a scored file"
        typer.echo(f"spool {folder.name}: {size:,} bytes {owner}")
    if refused := count(spool):
        typer.echo(
            f"events set aside, as the database refuses them: {refused:,} in {path_of(spool)}"
        )
    with _opened(log) as store, store.reading() as connection:
        kinds = select(ENTRIES.c.kind, func.count()).group_by(ENTRIES.c.kind).order_by("kind")
        for kind, n in connection.execute(kinds):
            typer.echo(f"{kind}: {n:,}")
        counted = connection.scalar(select(func.count()).select_from(OUTCOMES))
        typer.echo(f"predictions with an outcome: {counted:,}")
        for seq, sha in connection.execute(select(HEAD.c.seq, HEAD.c.hash)):
            typer.echo(f"head {seq}:{sha}")


@contextmanager
def _opened(log: str | None, *, ready: bool = True) -> "Iterator[Store]":
    """Yield the database that a command is about; never one made by a mistyped name."""
    from serving.log import migrate
    from serving.log.store import Store

    given = log or Settings.read().log
    if given == OFF:
        raise LogError("no log is kept (PAYLENS_LOG=off); name a database with --log")
    address = Address.read(given)
    address.must_exist()
    store = Store(address)
    try:
        if ready:
            migrate.check(store)
        yield store
    finally:
        store.close()
