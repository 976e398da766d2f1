"""Pages beside the spec: everything in which they differ.

`views` lays what pages show beside the place of the spec that it belongs to, `schemas` judges these places,
`operations` endpoints and the menu; `compare` leaves out what `deviations` says is meant, and what is gone
only because a page was not read.
"""
