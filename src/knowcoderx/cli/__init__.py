"""The command line: ``knowcoderx --help`` teaches it.

Each command imports what it needs when it runs, so that help is there at once. Results go to standard
output as UTF-8 with LF, everything else to standard error. Errors are one line; the exit status is 1 for
them and for a result that says no, 2 for a wrong use of the command line, 130 after Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from knowcoderx import console
from knowcoderx.cli._codec import decode, encode
from knowcoderx.cli._corpora import corpora
from knowcoderx.cli._extract import extract
from knowcoderx.cli._promote import promote
from knowcoderx.cli._score import score

__all__ = ["main"]


class Program(click.Group):
    """A group of commands whose errors are sentences."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and exit with its status; with ``standalone_mode`` off, as click does it."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, **extra)
        _speak_utf8()
        try:
            status = super().main(args, prog_name, complete_var, False, **extra) or 0
        except NoArgsIsHelpError as error:
            error.show()
            status = error.exit_code
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            hint = f" Try `{context.command_path} --help`." if context else ""
            _complain(f"{error.format_message().rstrip('.')}.{hint}")
            status = error.exit_code
        except click.Abort:
            click.echo("stopped", err=True)
            status = 130
        sys.exit(status)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; say what went wrong, and leave in peace when nobody reads any more."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _let_go_of_stdout()
            ctx.exit(0)
        except (ValueError, RuntimeError, LookupError, OSError) as error:
            said = console.sentence(error)
            if said is None:
                raise
            _complain(said)
            ctx.exit(1)
        return result


def _complain(text: str) -> None:
    click.echo(f"error: {text}", err=True)


def _speak_utf8() -> None:
    """Whatever the locale says: documents hold every script."""
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors, newline="\n")


def _let_go_of_stdout() -> None:
    """The interpreter flushes once more when it ends, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@click.group("knowcoderx", cls=Program, commands=[extract, encode, decode, score, corpora, promote])
@click.version_option(package_name="knowcoderx", message="%(prog)s %(version)s")
def main() -> None:
    """Find the mentions of your own classes in texts of any language.

    You say what to find as Python classes in a file, which is read and never run:

    \b
        from knowcoderx import Entity
        class City(Entity):
            \"\"\"A city, town or village; not a country.\"\"\"

    \b
    Example:
        knowcoderx extract "Mina Park lives in Busan." --schema cities.py
        knowcoderx corpora sample --documents test | head -3

    Documents are JSON lines with "id", "text" and optionally "lang", "mentions" ("type", "start", "end"),
    "relations" and "events". Offsets are half-open and count code points of the text.
    """
