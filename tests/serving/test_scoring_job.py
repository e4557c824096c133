"""A file scored by a job: what is told of it, and how each broken one is refused."""

import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import pytest

from data.errors import RoomError, SourceError, TooLargeError
from serving.scoring.child import scored
from serving.scoring.job import Job, error_of, refused


@pytest.fixture
def job(model_folder: Path, tmp_path: Path) -> Job:
    return Job(
        folder=str(tmp_path),
        table="in.csv",
        out="out.parquet",
        model=str(model_folder),
        stages=None,
        percentiles=(10, 90),
        coverage=0.8,
        prefix="",
        pay_basis=None,
        as_of="2025-06-02",
        currency="EUR",
        most_rows=1000,
        most_memory=2**22,
        answer="a" * 32,
        keeping=None,
    )


def put(job: Job, name: str, content: bytes) -> Job:
    Path(job.folder, name).write_bytes(content)
    return replace(job, table=name)


def test_a_job_tells_rows_problems_and_what_was_not_read(job: Job) -> None:
    told = scored(put(job, "in.csv", b"title,gender\nData scientist,x\nAstronaut,y\n"))
    assert (told["rows"], told["problems"], told["not_read"]) == (2, 1, ("gender",))
    assert told["first"].startswith("row 2: title 'Astronaut'")
    out = pl.read_parquet(Path(job.folder, "out.parquet"))
    assert out["predicted_currency"].to_list() == ["EUR", "EUR"]


def test_a_job_goes_to_another_process_as_text_and_is_the_same_there(job: Job) -> None:
    assert Job.read(job.text()) == job
    assert "\n" not in job.text()


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "an empty file": ("in.csv", b"", "in.csv: the file is empty"),
    "a long row": ("in.csv", b"title,a\nx,1\nx,1,2\n", "row 2 has 3 values for 2 columns"),
    "no role": ("in.csv", b"name\nx\n", "no column 'title' or 'role'"),
    "a taken name": ("in.csv", b"title,median\nx,1\n", "'median' already"),
    "Latin-1": ("in.csv", "title\nIngénieur\n".encode("latin-1"), "line 2 is not UTF-8"),
    "an open quote": ("in.csv", b'title\n"x\n', "a quote is never closed"),
    "no workbook": ("in.xlsx", b"PK no zip", "not a readable xlsx file"),
    "no Parquet": ("in.parquet", b"PAR1PAR1", "not a readable parquet file"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_where_it_is_broken(job: Job, case: str) -> None:
    name, content, word = BROKEN[case]
    with pytest.raises(SourceError, match=word):
        scored(put(job, name, content))


def test_too_many_rows_are_refused(job: Job) -> None:
    with pytest.raises(TooLargeError, match="more than 1,000 rows"):
        scored(put(job, "in.csv", b"title\n" + b"Data scientist\n" * 1001))


def test_a_workbook_that_unpacks_to_far_more_is_refused_unread(job: Job) -> None:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for part in range(5):
            archive.writestr(f"xl/worksheets/sheet{part}.xml", bytes(2**20))
    with pytest.raises(TooLargeError, match=r"5,242,880 bytes .* 4,194,304 are the most"):
        scored(put(job, "in.xlsx", buffer.getvalue()))


@pytest.mark.parametrize(
    "error", [SourceError("in.csv: x"), TooLargeError("in.csv: y"), RoomError("out.csv: z")]
)
def test_an_error_is_the_same_on_the_other_side_without_the_folder(
    job: Job, error: SourceError | TooLargeError
) -> None:
    here = type(error)(f"{job.folder}/{error}")
    again = error_of(refused(job, here))
    assert (type(again), str(again)) == (type(error), str(error))
