"""A child process for what may crash or hang: the parsers of HTML are C, and a page can bring them down.

`Sandbox.call` sends one element to the child and waits for what the stage's function makes of it, at most so many seconds. A
child that dies or does not answer becomes a `SourceError` for that one source, and the next call starts a new one. The child
is forked of the run's `forkserver`, which has no threads, and not of its caller: a Beam worker has some, whose locks a fork
would inherit. (Beam's own `with_exception_handling(use_subprocess=True)` does that, and waits a second after each failure.) It
dies by itself: of end-of-file when its parent goes, of its CPU limit when it spins, of its memory limit when it swells.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import threading
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copydesk.pipeline.processes import forkserver
from copydesk.pipeline.processes.parcel import pack, pack_answer, unpack, unpack_answer
from copydesk.transforms.errors import SourceError, is_machines
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.settings import Settings

if TYPE_CHECKING:
    from copydesk.transforms.rules import Rules
    from copydesk.transforms.shapes import Item

_GRACE_SECONDS: Final = 60.0  # for a new child on a busy machine: its server may have to load everything first, which takes 3 s
OBSERVE: Final = "observe"
"""What a child is asked beside the stages: to decode an item, for what the survey observes of it and the document, packed."""
_LEAST_BYTES: Final = 32 << 20  # of memory without which a child could do nothing with a page


class SourceTimeout(SourceError):  # noqa: N818 - the name is the record's `error`
    """The page took longer than the configuration allows."""


class SourceCrash(SourceError):  # noqa: N818
    """The page brought its process down."""


class Sandbox:
    """One child process, started when first needed and again after it died."""

    def __init__(self, settings: Settings, evidence: Evidence, *, timeout_seconds: float, memory_bytes: int) -> None:
        """Nothing is started yet.

        Args:
            settings: the configuration that the child loads its rules with.
            evidence: what the survey found.
            timeout_seconds: for one call.
            memory_bytes: address space that the child may take beyond what it has at its start.
        """
        self._setup = pickle.dumps((settings, evidence, timeout_seconds, memory_bytes))
        self._timeout = timeout_seconds
        self._lock = threading.Lock()
        self._server: forkserver.ForkServer | None = None
        self._process: forkserver.Forked | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._known: tuple[object, bytes | None] = (None, None)

    def call(self, stage: str, element: Any) -> Any:  # noqa: ANN401 - what the stage takes and gives
        """What the stage's function makes of the element.

        Raises:
            SourceError: what the function raised, `SourceTimeout` or `SourceCrash`.
            OSError: the machine is at fault, not the source.
        """
        with self._lock:
            pipe = self._pipe or self._start()
            packed = self._bytes_of(element) or pack(element)
            try:
                pipe.send_bytes(stage.encode())
                pipe.send_bytes(packed)
                answered = pipe.poll(self._timeout)
                packed = pipe.recv_bytes() if answered else b""
            except (EOFError, OSError):
                code = self._kill()
                raise SourceCrash(f"the process of {stage} died ({_how(code)})") from None
            if not answered:
                self._kill()
                raise SourceTimeout(f"no answer from {stage} within {self._timeout:g} s; extract.timeout_seconds allows more")
            answer, whole = unpack_answer(packed, element)
            if isinstance(answer, Exception):
                try:
                    raise answer
                finally:
                    del answer  # else it and this frame, which holds the page, know each other until cycles are searched for
            self._known = (answer, packed if whole else None)
        return answer

    def _bytes_of(self, element: object) -> bytes | None:
        """The bytes of what the last call gave, where this is it: the next stage is nearly always asked about that."""
        known, packed = self._known
        return packed if known is element else None

    def know(self, element: object, packed: bytes | None) -> None:
        """Take an element's bytes for the next call, as if the last had given it."""
        self._known = (element, packed)

    def close(self) -> None:
        """End the child, if one runs."""
        with self._lock:
            self._kill()
            self._leave()

    def _start(self) -> Connection[Any, Any]:
        ours, theirs = Pipe()
        try:
            with theirs:
                self._process = forkserver.request(self._address(), __name__, ["{0}"], files=[theirs.fileno()])
            self._pipe = ours
            ours.send_bytes(self._setup)
            ready = ours.poll(_GRACE_SECONDS) and ours.recv_bytes() == b"ready"
        except (EOFError, OSError):
            ready = False
        if not ready:
            code = self._kill()
            self._leave()
            raise RuntimeError(f"the process for HTML did not start ({_how(code)})")
        return ours

    def _address(self) -> str:
        """Where a child is asked for: the run's server; or one of our own, where this process belongs to no run."""
        address = forkserver.address()
        if address is None:
            self._server = self._server or forkserver.ForkServer(beam=False)
            address = self._server.address
        return address

    def _leave(self) -> None:
        """End a server of our own."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _kill(self) -> int | None:
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if pipe:
            pipe.close()
        if process is None:
            return None
        try:
            code = process.wait(0.2)  # one that died has a code of its own, which says more than that of our signal
            return process.kill() if code is None else code
        except OSError:  # the server is gone, and what it forked with it: there is no code to tell
            return None
        finally:
            process.close()


def _how(code: int | None) -> str:
    """A return code in words.

    >>> _how(-9), _how(3)
    ('signal 9', 'exit code 3')
    """
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _serve(pipe: Connection[Any, Any]) -> None:
    """The child: make the rules, then answer one call after another until the parent closes the pipe."""
    from copydesk.pipeline.chain import STAGES  # noqa: PLC0415 - the child's own imports, after its limits are set
    from copydesk.pipeline.resources import load_rules  # noqa: PLC0415

    settings, evidence, timeout, memory = pickle.loads(pipe.recv_bytes())  # noqa: S301 - our own parent wrote it
    _limit(resource.RLIMIT_AS, _mapped() + memory)
    bytes(_LEAST_BYTES)
    rules = load_rules(settings, evidence)
    pipe.send_bytes(b"ready")
    while True:
        stage, element = pipe.recv_bytes().decode(), unpack(pipe.recv_bytes())
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime + timeout) + 2)
        answer: Any
        try:
            answer = _observe(element, rules) if stage == OBSERVE else STAGES[stage](element, rules)
        except SourceError as error:
            answer = error
        except Exception as error:  # noqa: BLE001 - the parent tells it: a defect in one page must not end the run
            answer = error if is_machines(error) else SourceError(f"{type(error).__name__}: {error}")
        pipe.send_bytes(pack_answer(answer, element))


def _observe(item: Item, rules: Rules) -> tuple[dict[str, Any], bytes]:
    from copydesk.pipeline.chain import STAGES  # noqa: PLC0415 - the child's own imports
    from copydesk.pipeline.observing import observe  # noqa: PLC0415

    document = STAGES["decode"](item, rules)
    return observe(document, rules), pack(document)


def _limit(what: int, value: int) -> None:
    """Lower a soft limit of this process, where the system knows it."""
    _, hard = resource.getrlimit(what)
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit of address space; the clock still bounds the call
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _mapped() -> int:
    """Bytes of address space that this process has; 0 where the system does not tell."""
    with contextlib.suppress(OSError, ValueError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    return 0


def main(arguments: Sequence[str]) -> None:
    """The child's process: answer on the pipe whose number is given."""
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 1)  # standard output is for results
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        _serve(Connection(int(arguments[0])))
    os._exit(0)  # nothing of this process needs tidying, and a parser's threads must not hold it
