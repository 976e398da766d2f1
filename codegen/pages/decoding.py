"""The bytes of a page as text."""

from __future__ import annotations

from typing import Final

from codegen.pages.facts import PageError

MAX_BYTES: Final = 4 * 1024 * 1024
"""Size of a page; the largest known has 60 kilobytes."""

_UTF8_MARK = b"\xef\xbb\xbf"
_FOREIGN: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xfe\x00\x00", "UTF-32 text"),
    (b"\x00\x00\xfe\xff", "UTF-32 text"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)


def decode_page(source: str, content: bytes) -> str:
    r"""Decode the bytes of a page.

    Args:
        source: name of the file, or address of the page.
        content: its bytes: UTF-8, with or without a byte order mark.

    Returns:
        Its text. Lines end in `\n`, whatever system the page was saved on.

    Raises:
        PageError: it is empty, too large, not UTF-8, or not text.
    """
    if len(content) > MAX_BYTES:
        message = (
            f"the page has {len(content)} bytes; more than {MAX_BYTES} are not read, save the page alone"
        )
        raise PageError(source, message)
    for mark, what in _FOREIGN:
        if content.startswith(mark):
            raise PageError(source, f"this is {what}, not UTF-8 text; save it as UTF-8", "byte 0")
    try:
        text = content.removeprefix(_UTF8_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start + (len(_UTF8_MARK) if content.startswith(_UTF8_MARK) else 0)
        message = f"this is not UTF-8 text: {error.reason} (0x{content[at]:02x}); save it as UTF-8"
        raise PageError(source, message, f"byte {at}") from None
    if "\x00" in text:
        message = "this is not text: there is a NUL byte in it; it is binary, or UTF-16"
        raise PageError(source, message, f"byte {content.index(0)}")
    if not text.strip():
        raise PageError(source, "the page is empty; download it again")
    return text.replace("\r\n", "\n").replace("\r", "\n")
