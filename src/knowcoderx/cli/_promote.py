"""``knowcoderx promote``: the challenger becomes champion, if its scores allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from knowcoderx import console

if TYPE_CHECKING:
    from knowcoderx.registry import Promotion

__all__ = ["promote"]


@click.command(short_help="Make the challenger the champion.")
@click.option("--profile", metavar="NAME", help="Profile of ./params.yaml. Default: the one that the file names.")
@click.option("--name", metavar="NAME", help="Registered model. Default: register.name of the profile.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.pass_context
def promote(context: click.Context, profile: str | None, name: str | None, dry_run: bool) -> None:
    """Move the alias champion to the challenger's version, if the gate allows it.

    The mean F1 over the benchmarks must rise by register.gain and no benchmark fall by more than
    register.drop (params.yaml). The exit status is 1 if the challenger is refused.

    \b
    Example:
        knowcoderx promote --dry-run
        knowcoderx promote --profile cpu --name knowcoderx
    """
    from knowcoderx import config

    console.quieten()
    gate = config.load(profile=profile).register_
    from knowcoderx import registry

    done = registry.promote(name or gate.name, gain=gate.gain, drop=gate.drop, dry_run=dry_run)
    click.echo(_said(done, dry_run))
    if not done.verdict.promote:
        context.exit(1)


def _said(done: Promotion, dry_run: bool) -> str:
    act = {
        (True, False): "promoted",
        (True, True): "would be promoted",
        (False, False): "not promoted",
        (False, True): "would not be promoted",
    }[done.verdict.promote, dry_run]
    champion = f"version {done.champion}" if done.champion is not None else "none"
    return (
        f"{done.name}: version {done.challenger} {act}. {done.verdict.reason}\n"
        f"challenger: version {done.challenger}; champion before: {champion}"
    )
