"""Display: what a person sees of the demonstration while it runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TaskProgressColumn, TextColumn


@dataclass(slots=True)
class Scene:
    """One part of the demonstration, while it runs."""

    progress: Progress
    task: TaskID
    said: str = ""

    def of(self, total: int) -> Self:
        """Say how many steps the scene has from now on."""
        self.progress.reset(self.task, total=total)
        return self

    def step(self, count: int = 1) -> None:
        """Count steps that were made."""
        self.progress.advance(self.task, count)

    def reached(self, done: int) -> None:
        """Say how many steps were made in all."""
        self.progress.update(self.task, completed=done)

    def say(self, said: str) -> None:
        """Leave a line that tells what came of the scene."""
        self.said = said


@dataclass(frozen=True, slots=True)
class Display:
    """The console on which scenes are shown; where nobody watches, only what came of them."""

    console: Console

    @contextmanager
    def scene(self, title: str, total: int | None = None) -> Iterator[Scene]:
        """Show a scene while it runs, and one line of it, with its seconds, when it is over."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        hidden = not self.console.is_terminal
        started = time.perf_counter()
        with Progress(*columns, console=self.console, transient=True, disable=hidden) as progress:
            scene = Scene(progress, progress.add_task(title, total=total))
            yield scene
        took = time.perf_counter() - started
        line = f"{took:6.1f} s  [bold]{title}[/bold]: {escape(scene.said)}"
        self.console.print(line, highlight=False, soft_wrap=True)
