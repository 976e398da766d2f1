"""Finds out whether everything works between here and Minted, and says what to do where it does not.

```python
from minted_async import MintedClient
from minted_async.doctor import examine

async with MintedClient.from_env() as minted:
    report = await examine(minted)
print(report.exit_code, report.to_text())
```

It orders nothing and changes nothing: it reads, and fixes prices (`questions`). A wrong password is tried
once. A report tells nothing of anybody (`report`). `reach` is the way to the server, step by step on a
connection of its own (`wire`), and `login` who answers there; `reading`, `refusals` and `speed` are what the
API says through the client; `probe` is what a nonce is good for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async._lazily import names_of

if TYPE_CHECKING:
    from minted_async.doctor.examination import examine
    from minted_async.doctor.report import AssumptionResult, Finding, Report, Verdict

__all__ = ["AssumptionResult", "Finding", "Report", "Verdict", "examine"]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "examination": ["examine"],
        "report": ["AssumptionResult", "Finding", "Report", "Verdict"],
    },
)
