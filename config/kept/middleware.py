"""The middleware that answers visitors without a session from kept pages."""

import gzip
import hashlib
import re
import time
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from config.context import language_of
from config.kept import versions
from config.kept.pages import Folder, KeptPage, Memory, made
from config.kept.release import release
from config.middleware import remember_language

Handler = Callable[[HttpRequest], HttpResponse]
PLAIN, ASKED = 5_000, 400  # pages without and with a query: at most 400 days of ``?on=`` are kept
IN_MEMORY = 512
LONGEST_QUERY = 200
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
ASKS = (*CONDITIONS, "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
TOLD = {"Cache-Control", "Content-Location", "Expires", "Vary"}  # headers of the page that belong to a 304 as well
NOT_FOR_KEEPING = re.compile(r"private|no-store")
DROPPED = {"Content-Length", "ETag", "Last-Modified", "Set-Cookie"}


class KeptPagesMiddleware:
    """One query, then a kept page or 304; else the page is made, once for all processes, and kept.

    Only views that say so (core.pages.public) are kept, and only for visitors who send neither session nor messages.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.memory = Memory(IN_MEMORY)
        self.plain = Folder(settings.KEPT_PAGES / "plain", PLAIN)
        self.asked = Folder(settings.KEPT_PAGES / "asked", ASKED)
        self.release = release() if settings.KEEP_PAGES else ""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_for_anybody(request):
            return self.get_response(request)
        key = hashlib.sha256(request.get_full_path().encode()).hexdigest()
        kept = self.memory.get(key)
        if kept is None and not _is_public(request):
            return self.get_response(request)
        request.get_host()  # an answer from here is only for names that the portal answers to
        now_standing = versions.current()
        if now_standing is None:
            return self.get_response(request)
        if kept is not None and kept.stands(now_standing, self.release, time.time()):
            return _answer(request, kept)
        answer = self._found_or_made(request, key, now_standing)
        return answer if isinstance(answer, HttpResponse) else _answer(request, answer)

    @staticmethod
    def _is_for_anybody(request: HttpRequest) -> bool:
        cookies = request.COOKIES
        return (
            settings.KEEP_PAGES
            and request.method in ("GET", "HEAD")
            and settings.SESSION_COOKIE_NAME not in cookies
            and "messages" not in cookies
            and "HTTP_AUTHORIZATION" not in request.META
            and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        )

    def _found_or_made(
        self, request: HttpRequest, key: str, now_standing: versions.Versions
    ) -> KeptPage | HttpResponse:
        folder = self.asked if request.META.get("QUERY_STRING") else self.plain
        kept = folder.get(key)
        if kept is None or not kept.stands(now_standing, self.release, time.time()):
            with folder.alone(key):
                kept = folder.get(key)
                if kept is None or not kept.stands(now_standing, self.release, time.time()):
                    answer = self._made(request, now_standing)
                    if isinstance(answer, HttpResponse):
                        return answer
                    kept = answer
                    folder.put(key, kept)
        self.memory.put(key, kept)
        return kept

    def _made(self, request: HttpRequest, now_standing: versions.Versions) -> KeptPage | HttpResponse:
        """The page as it is made for everybody; the answer as it is where it is for this visitor alone.

        The revisions were read before: what changes meanwhile makes them old, and this page with them.
        """
        at = timezone.now()
        conditions = {name: request.META.pop(name) for name in CONDITIONS if name in request.META}
        response = self.get_response(request)
        request.META |= conditions
        if not _may_be_kept(response):
            return cast(HttpResponse, get_conditional_response(request, response.get("ETag"), response=response))
        patch_vary_headers(response, ("Accept-Encoding",))
        headers = {name: value for name, value in response.items() if name not in DROPPED}
        return made(
            response.content,
            headers,
            at=at.timestamp(),
            until=versions.next_change(at).timestamp(),
            release=self.release,
            content=now_standing.content,
            room=now_standing.room if getattr(response, "shows_room", False) else None,
        )


def _is_public(request: HttpRequest) -> bool:
    """Whether the view of this address says so. Addresses are found in the language that is in use."""
    translation.activate(language_of(request))
    try:
        return getattr(resolve(request.path_info).func, "is_public_page", False)
    except Resolver404:
        return False


def _may_be_kept(response: HttpResponse) -> bool:
    """Whole, right, and without a word to this visitor alone; the language is remembered with every answer anew."""
    return (
        response.status_code == 200
        and not response.streaming
        and not set(response.cookies) - {settings.LANGUAGE_COOKIE_NAME}
        and not NOT_FOR_KEEPING.search(response.get("Cache-Control", ""))
        and not response.has_header("Content-Encoding")
    )


def _answer(request: HttpRequest, kept: KeptPage) -> HttpResponse:
    """The kept page, or 304 to a visitor who has it; to HEAD the same without the body."""
    # Within the second in which it was made, a page made later could have the same one.
    changed = kept.made_at if kept.made_at <= time.time() else None
    validators = {"ETag": kept.etag} | ({"Last-Modified": http_date(changed)} if changed else {})
    answer = _told_in_short(request, kept, validators, changed) or _whole(request, kept, validators)
    remember_language(request, answer)
    return answer


def _told_in_short(
    request: HttpRequest, kept: KeptPage, validators: dict[str, str], changed: int | None
) -> HttpResponse | None:
    """304, or 412 where that was asked for; None where the whole page is wanted, which is made only then."""
    if not any(name in request.META for name in ASKS):
        return None
    bare = HttpResponse(headers=validators | {name: kept.headers[name] for name in TOLD & kept.headers.keys()})
    told = get_conditional_response(request, kept.etag, changed, bare)
    return None if told is bare else cast(HttpResponse, told)


def _whole(request: HttpRequest, kept: KeptPage, validators: dict[str, str]) -> HttpResponse:
    takes_gzip = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    body = kept.body if takes_gzip else gzip.decompress(kept.body)
    headers = {**kept.headers, **validators, "Content-Length": str(len(body))}
    if takes_gzip:
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)
