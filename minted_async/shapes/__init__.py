"""The shapes of what the API answers, written to a file, and nothing that its answers say.

recorder.py   `Shapes`: what a client is given; when it writes
looking.py    an answer becomes counts: places, types, forms
naming.py     what may be written down in words
forms.py      texts and numbers become forms
record.py     the counts: what the file holds, and how two of them become one
file.py       the file, shared by processes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async._lazily import names_of

if TYPE_CHECKING:
    from minted_async.shapes.recorder import Shapes

__all__ = ["Shapes"]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "recorder": ["Shapes"],
    },
)
