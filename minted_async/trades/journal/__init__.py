"""Journals: where orders are written down before they are sent, and where quotes are kept.

`base` is the protocol and what is kept. `memory`, `sqlite` (its file and its statements are modules of their
own) and `postgres` (so are its tables and its batches) are journals. `group_commit` shares commits, `rows` is
how both databases write what is kept, and `refusals` are the errors of all.
"""
