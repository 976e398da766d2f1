"""Pages beside the spec: everything in which they differ, and what each difference means to callers.

`views` lays what pages show beside the place of the spec that it belongs to, `schemas` judges these places,
`operations` judges endpoints and the menu, `deviations` holds what is meant to differ, `judge` is what all of
them need.
"""
