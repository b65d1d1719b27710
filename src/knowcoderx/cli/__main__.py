"""``python -m knowcoderx.cli``: the console script without its installation."""

from __future__ import annotations

from knowcoderx.cli import main

if __name__ == "__main__":
    main(prog_name="knowcoderx")
