"""Two versions beside each other: in go two checkouts, out comes what breaks those who call the older one.

A version comes down to parts: what users write (`interface`, `python`), and what the spec adds that no Python
shows (`wire`). `compare` sets two of them side by side; `versions` finds them: a folder, a revision, the last
tag. `command` tells what was found and asks whether the version says so; `changelog` writes it down.
"""
