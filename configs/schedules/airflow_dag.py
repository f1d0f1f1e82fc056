"""Copydesk every night by Airflow 3: put this file into the folder of DAGs, and `copydesk` on the workers' PATH.

Copydesk runs as a process of its own, so that it needs none of Airflow's packages and Airflow none of its. A run that failed is
tried again and goes on where it stopped. A wrong call, or an output of which too many sources were rejected, fails at once.
"""

from __future__ import annotations

import logging
import os
import subprocess
from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

INBOX = os.environ.get("COPYDESK_INBOX", "/srv/scraped")
DESK = os.environ.get("COPYDESK_DESK", "/srv/copydesk")
COMMAND = [
    "copydesk", "run", INBOX,
    "--state", f"{DESK}/state",
    "--output", f"{DESK}/out/{{run_id}}",
    "--metrics-file", f"{DESK}/metrics.prom",
    "--log-format", "json",
]  # fmt: skip
NOT_AGAIN = {
    2: "the call or the configuration is wrong",
    3: "published, but more sources were rejected than run.max_rejected allows",
}
"""Exit codes after which the same call would end the same way."""


@dag(
    dag_id="copydesk",
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two runs on one state cannot overlap
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
    tags=["copydesk"],
)
def copydesk() -> None:
    """Clean what was scraped since the last run."""

    @task(execution_timeout=timedelta(hours=20))
    def clean() -> None:
        """Run the command; its log goes to the task's, its exit code decides whether it is tried again."""
        log = logging.getLogger("copydesk.schedule")
        with subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - the constant above
            for line in process.stderr or ():
                log.info(line.rstrip())
        if process.returncode in NOT_AGAIN:
            raise AirflowFailException(f"exit code {process.returncode}: {NOT_AGAIN[process.returncode]}")
        if process.returncode:
            raise AirflowException(f"exit code {process.returncode}: the run failed and published nothing; see its log above")

    clean()


copydesk()
