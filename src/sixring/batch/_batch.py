"""Many files into one folder of results."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from sixring._workers import Died, in_workers
from sixring.batch._names import folder_names
from sixring.batch._record import Record, find_records, identity
from sixring.batch._settings import Settings
from sixring.batch._summary import Row, read_summary, summary_csv
from sixring.batch._work import Detector, Outcome, Task, failure, work
from sixring.errors import UsageError
from sixring.io import file_appears_whole, make_folder
from sixring.report import write_index

__all__ = ["Batch"]


class Batch:
    """Micrographs that are to be judged with the same settings into one folder.

    What an earlier run has finished, with the same files, settings and version, is kept;
    what it refused or failed on is tried again.

    Parameters
    ----------
    sources : sequence of Path
        The inputs.
    out : Path
        The folder for the results, made if it isn't there: a folder for each input,
        ``summary.csv`` and ``index.html``.
    settings : Settings, optional
        What is asked.
    overwrite : bool, optional
        Whether everything is done anew and results of other settings are replaced.
    detect : callable, optional
        What finds the defects, a function at the top of a module;
        :func:`sixring.detection.detect_micrograph`, if None.

    Raises
    ------
    UsageError
        If `out` can't be written to, or holds results of other settings, another version or
        a changed file, and `overwrite` isn't set. Nothing has been done then.
    """

    def __init__(
        self,
        sources: Sequence[Path],
        out: Path,
        settings: Settings | None = None,
        *,
        overwrite: bool = False,
        detect: Detector | None = None,
    ) -> None:
        self._out = out
        settings = settings if settings is not None else Settings()
        if detect is None:
            from sixring.detection import detect_micrograph

            detect = detect_micrograph
        sources = list({identity(source): source for source in sources}.values())
        make_folder(out)
        self._earlier = read_summary(out / "summary.csv")
        self._records = find_records(out)
        known = {Path(record.path): name for name, record in self._records.items()}
        taken = [entry.name for entry in out.iterdir()]
        self._folders = folder_names([identity(source) for source in sources], known, taken)
        self._outcomes: dict[str, Outcome] = {}
        """By the name of the folder."""
        self.tasks: list[Task] = []
        """The files that are to be worked on."""
        for source in sources:
            name = self._folders[identity(source)]
            record = None if overwrite else self._records.get(name)
            if record is None:
                self.tasks.append(Task(source, out / name, settings, overwrite, detect))
            else:
                _check_unchanged(record, source, settings, out / name)
                self._outcomes[name] = Outcome(source, "ok", record.row, out / name, kept=True)

    @property
    def kept(self) -> list[Outcome]:
        """What an earlier run has finished."""
        return [outcome for outcome in self._outcomes.values() if outcome.kept]

    def run(self, jobs: int = 1) -> Generator[Outcome]:
        """Work on the files and give what became of each as soon as it is known.

        The summary is brought up to date after each file, the index at the end. Closing the
        iterator ends the work; nothing half-written is left, and a new start does the rest.

        Parameters
        ----------
        jobs : int, optional
            Number of worker processes. A single file is worked on in this process.

        Yields
        ------
        Outcome
            One for each of `tasks`.

        Raises
        ------
        UsageError
            If `jobs` is less than 1, or the detector can't do with the settings.
        OutputError
            If the summary or the index can't be written.
        """
        if jobs < 1:
            raise UsageError(f"the number of jobs must be at least 1, not {jobs}")
        self._write_summary()
        for outcome in self._work(jobs):
            self._outcomes[self._folders[identity(outcome.source)]] = outcome
            self._write_summary()
            yield outcome
        self._write_index()

    def _work(self, jobs: int) -> Iterator[Outcome]:
        for task, answer in self._answers(jobs):
            if isinstance(answer, UsageError):
                raise answer
            yield _died(task, answer) if isinstance(answer, Died) else answer

    def _answers(self, jobs: int) -> Iterator[tuple[Task, Outcome | UsageError | Died]]:
        if len(self.tasks) == 1:
            yield self.tasks[0], work(self.tasks[0])
        else:
            yield from in_workers(work, self.tasks, jobs)

    def _write_summary(self) -> None:
        with file_appears_whole(self._out / "summary.csv", overwrite=True) as part:
            part.write_text(summary_csv(row for _, row in self._entries()), encoding="utf-8")

    def _write_index(self) -> None:
        entries = self._entries()
        with file_appears_whole(self._out / "index.html", overwrite=True) as part:
            write_index([row for _, row in entries], part, [folder for folder, _ in entries])

    def _entries(self) -> list[tuple[str, Row]]:
        """Folder and row of this run's inputs in their order, then of what was here before."""
        ours = list(self._folders.values())
        entries = [(name, self._outcomes[name].row) for name in ours if name in self._outcomes]
        entries += [(name, rec.row) for name, rec in self._records.items() if name not in ours]
        files = {row["file"] for _, row in entries} | {str(task.source) for task in self.tasks}
        unsuccessful = (row for row in self._earlier if row["status"] != "ok")
        entries += [("", row) for row in unsuccessful if row["file"] not in files]
        return entries


def _check_unchanged(record: Record, source: Path, settings: Settings, folder: Path) -> None:
    difference = record.differs(source, settings)
    if difference is not None:
        raise UsageError(
            f"{folder} holds earlier results, but {difference}: "
            "add --overwrite or choose another --out"
        )


def _died(task: Task, death: Died) -> Outcome:
    reason = f"the process working on it ended with exit code {death.exitcode}"
    if death.exitcode is not None and death.exitcode < 0:
        reason = f"the process working on it was killed by signal {-death.exitcode}"
    return failure(task, "failed", f"{reason}: not enough memory? try it alone, with --jobs 1")
