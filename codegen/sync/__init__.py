"""Facts beside the typed view: what the documentation says and the spec does not, and how the spec follows.

    matching    page -> the operation that it is about
    comparing/  pages and spec -> `Drift`s: what differs, what shows it, and its place in the bundle
    writing/    drifts that only add -> edits of the bundle, and its files; the rest is left, with the reason

`changes` is the vocabulary: every change with its name, what it means to callers and how reports put it.
`command` is the command `sync`, `report` what it says.
"""
