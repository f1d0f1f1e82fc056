"""What a cluster starts on a node to do a run's work there: Beam's worker, with this installation's code.

A runner that is told `--environment_type=PROCESS` starts one command for each worker that it wants, and tells it the worker's
id and where to ask for the rest. Beam has such a command as a program in Go, in its container images only; this is it in
Python: `copydesk-worker`. (Beam's worker pool, the other way without containers, listens on every interface of the node and
starts what anyone sends it; this listens nowhere.)

The command starts a `forkserver`, and has the worker forked of it, which shares what is loaded with the processes that it has
HTML parsed in. All of them end with the command, and the command with the process that started it: a node's manager that was
killed leaves no worker behind that would go on with work that another node has been given.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Final

from copydesk.pipeline.processes import forkserver, worker

COMMAND: Final = "copydesk-worker"
PROVISION_SECONDS: Final = 60.0
"""For an answer of the runner that has just started us; as long as runners themselves wait for a worker."""


def start() -> None:
    """Be the command: start a server of processes, have the worker forked of it, and end as it ends."""
    threading.Thread(target=worker.leave_with, args=(os.getppid(),), name="runner watch", daemon=True).start()
    with forkserver.ForkServer(beam=True) as server:
        code = forkserver.request(server.address, "copydesk.pipeline.processes.boot", sys.argv[1:]).wait()
    sys.exit(abs(code or 0))


def main(arguments: Sequence[str]) -> None:
    """Be the worker, in a process forked of the server: ask the runner for what a worker needs to know, and serve it."""
    given = parse(arguments)
    try:
        os.environ.update(provision(given.provision_endpoint, given.id))
    except OSError as error:
        sys.exit(f"{COMMAND}: {error}")
    from apache_beam.runners.worker.worker_id_interceptor import WorkerIdInterceptor  # noqa: PLC0415

    # Its logs would go without an id: it looked for one in the environment when it was imported, before we were forked.
    WorkerIdInterceptor._worker_id = given.id  # noqa: SLF001
    worker.main()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What a runner tells a worker's command; what else it may tell is asked for at the address given.

    >>> parse(["--id='job-1_1'", "--provision_endpoint=localhost:5", "--semi_persist_dir=/tmp"]).id
    'job-1_1'
    """
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--id", required=True, type=_bare, help="of the worker")
    parser.add_argument("--provision_endpoint", required=True, help="address of the runner, from which all else is asked")
    return parser.parse_known_args(list(arguments))[0]


def _bare(worker_id: str) -> str:
    """An id without the quotes that Prism puts around it as if a shell took them off."""
    return worker_id.strip("'")


def provision(endpoint: str, worker_id: str) -> Mapping[str, str]:
    """The environment of Beam's worker, as the runner at `endpoint` says that it has to be.

    Raises:
        ConnectionError: the runner does not answer, or does not know this worker any more.
    """
    import grpc  # noqa: PLC0415 - not in the command's own process, which only starts others
    from apache_beam.portability.api import beam_provision_api_pb2, beam_provision_api_pb2_grpc  # noqa: PLC0415
    from google.protobuf import json_format, text_format  # noqa: PLC0415

    with grpc.insecure_channel(endpoint) as channel:
        stub = beam_provision_api_pb2_grpc.ProvisionServiceStub(channel)
        asked = beam_provision_api_pb2.GetProvisionInfoRequest()
        told = (("worker_id", worker_id),)
        try:
            info = stub.GetProvisionInfo(asked, metadata=told, timeout=PROVISION_SECONDS, wait_for_ready=True).info
        except grpc.RpcError as error:
            raise ConnectionError(f"worker {worker_id} asked {endpoint} for its work: {error.details()}") from None
    environment = {
        "WORKER_ID": worker_id,
        "PIPELINE_OPTIONS": json_format.MessageToJson(info.pipeline_options),
        "RUNNER_CAPABILITIES": " ".join(info.runner_capabilities),
        "LOGGING_API_SERVICE_DESCRIPTOR": text_format.MessageToString(info.logging_endpoint),
        "CONTROL_API_SERVICE_DESCRIPTOR": text_format.MessageToString(info.control_endpoint),
    }
    if info.HasField("status_endpoint"):
        environment["STATUS_API_SERVICE_DESCRIPTOR"] = text_format.MessageToString(info.status_endpoint)
    return environment
