"""Document -> Records: the account checked, then the records as they are written.

`account` proves that every character is in a story or in a removed record, `records` turns the shapes into plain
dictionaries in the order of their keys, `schemas` gives their JSON Schemas.
"""

from __future__ import annotations

from copydesk.transforms.write.account import check_account
from copydesk.transforms.write.records import Records, to_plain, write_records
from copydesk.transforms.write.schemas import SCHEMAS, schema

__all__ = ["SCHEMAS", "Records", "check_account", "schema", "to_plain", "write_records"]
