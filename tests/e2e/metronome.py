"""The pauses of the machine itself: a process that does nothing but beat, every 10 ms.

    metronome.py SECONDS

Writes each pause of more than SECONDS, in milliseconds, until its standard input ends.
"""

from __future__ import annotations

import sys
import time
from threading import Thread


def main() -> None:
    """Beat until nobody listens."""
    longest, listener = float(sys.argv[1]), Thread(target=sys.stdin.read, daemon=True)
    listener.start()
    before = time.monotonic()
    while listener.is_alive():
        time.sleep(0.01)
        now = time.monotonic()
        if now - before > longest:
            sys.stdout.write(f"{1000 * (now - before):.1f}\n")
        before = now


if __name__ == "__main__":
    main()
