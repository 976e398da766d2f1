"""Edits of openapi/: additions as a person would write them; all that takes away or changes is left for
review.

Whatever only a person can write raises `UnwritableError`, which says why; its edit is thrown away.

`plan` decides what is written and brings it to the disk, `additions` edits what is there, `endpoints`
writes new operations, `schemas` the schemas that either brings, `naming` names them, `several` makes one
of the pages of an endpoint, `spec_files` is what is edited, `evidence` keeps what the pages said.
"""
