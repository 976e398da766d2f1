"""Facts beside the typed view: what the documentation says and the spec does not, and how the spec follows.

    matching    page -> the operation that it is about
    comparing/  pages and spec -> `Drift`s, each with its kind, its reason and its place
    writing/    drifts that only add -> edits of openapi/; what a person decides is left with the reason

`command` is the command `sync`, `report` what it says.
"""
