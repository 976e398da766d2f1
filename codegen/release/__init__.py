"""Two versions beside each other: in go two checkouts, out comes what breaks those who call the older one.

A version comes down to parts: what users write (`interface`, `python`), and what the spec adds that no Python
shows (`wire`). `compare` sets two of them side by side; `versions` finds them: a folder, a revision, or the
parts that the last release left behind. `diff` tells what was found, `gate` asks whether the version says so.
"""
