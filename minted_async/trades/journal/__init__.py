"""Journals: where orders are written down before they are sent, and where quotes are kept.

`base` is the protocol and what is kept; `memory`, `sqlite` (on its `sqlite_file`) and `postgres` are
journals; `group_commit` shares commits, `rows` is how both databases write what is kept, and `refusals` are
the errors of all.
"""
