"""Whether a GET of the staff is a look: what is looked at is written down, so only what a person opens may count.

A browser may fetch a page before anybody asked for it, and a page of another site may lead an agent to one it never
meant to see. Such a request is shown nothing, and nothing is written; nor is a HEAD, which shows nothing anyway.
"""

from __future__ import annotations

from flask import abort, request

ELSEWHERE = ("cross-site", "same-site")


def only_for_a_look() -> None:
    """Ends a request that nobody looks at: 404 for one that came from another site, 403 for one in advance."""
    if "prefetch" in _told("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"):
        abort(403)
    if request.headers.get("Sec-Fetch-Site", "") in ELSEWHERE:
        abort(404)


def looks() -> bool:
    """Whether what the answer says is seen."""
    return request.method == "GET"


def _told(*names: str) -> str:
    return " ".join(request.headers.get(name, "") for name in names).lower()
