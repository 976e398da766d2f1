"""What an upgrade does to the programs of users: two specs and two Python interfaces, compared.

`sides` brings out what is compared, `wire` and `interface` flatten a spec and a package into parts, `parts`
compares them, and `gate` asks whether the version says what the comparison found.
"""
