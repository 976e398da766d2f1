"""Edits of the spec: additions as a person would write them; what takes away or changes is left for review.

Whatever only a person can write raises `UnwritableError`, which says why; its edit is thrown away.

`plan` decides what is written and brings it to the disk, `draft` is the bundle that is edited, with the way
back to its files, `additions` edits what is there, `endpoints` writes new operations, `schemas` the schemas
that either brings, `naming` names them, `evidence` keeps what the pages said.
"""
