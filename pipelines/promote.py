"""By hand: challenger -> champion, if the gate allows. ``python pipelines/promote.py PROFILE``."""

import sys

from knowcoderx.cli import main

if __name__ == "__main__":
    main(["promote", "--profile", *sys.argv[1:]])
