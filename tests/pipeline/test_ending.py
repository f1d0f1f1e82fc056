"""What a signal does to a command, and what is left of it afterwards."""

from __future__ import annotations

import signal
import threading

import pytest

from copydesk.pipeline.ending import ended_by_signals

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signal")


def test_hangup_that_is_ignored_stays_ignored() -> None:
    """A call under `nohup` outlives its terminal."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ended_by_signals():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_second_signal_does_not_break_off_the_tidying() -> None:
    """The first one's exit code stands, and the handlers of before are there again."""
    before, tidied = signal.getsignal(signal.SIGTERM), []

    def work() -> None:
        with ended_by_signals():
            try:
                signal.raise_signal(signal.SIGTERM)
            finally:
                signal.raise_signal(signal.SIGTERM)
                tidied.append(True)

    with pytest.raises(SystemExit) as ended:
        work()
    assert ended.value.code == 143
    assert tidied == [True]
    assert signal.getsignal(signal.SIGTERM) is before


def test_another_thread_may_run_a_command() -> None:
    """No handler can be set there, and none is."""
    done = []

    def work() -> None:
        with ended_by_signals():
            done.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [before]
