"""``python -m knowcoderx``: the console script, in the interpreter of your choice."""

from __future__ import annotations

from knowcoderx.cli import main

if __name__ == "__main__":
    main(prog_name="knowcoderx")
