"""Whether a GET of the staff is a look. Looks are recorded, so only what a person opens may count.

A browser may prefetch a page, and a page of another site may lead an agent to one it never meant to see. Such a request
shows nothing and records nothing; nor does a HEAD.
"""

from __future__ import annotations

from flask import abort, request

ELSEWHERE = ("cross-site", "same-site")


def only_for_a_look() -> None:
    """Ends a request that nobody looks at: 404 for one from another site, 403 for a prefetch."""
    if "prefetch" in _told("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"):
        abort(403)
    if request.headers.get("Sec-Fetch-Site", "") in ELSEWHERE:
        abort(404)


def looks() -> bool:
    """Whether what the answer says is seen."""
    return request.method == "GET"


def _told(*names: str) -> str:
    return " ".join(request.headers.get(name, "") for name in names).lower()
