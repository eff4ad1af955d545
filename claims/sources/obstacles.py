"""Detects pages that are not an article: something blocks the article, or the page is a list.

The decision uses the page's headings, the amount of running text, and the kind of content that
makes up most of the page. Precision comes first: an article that is detected as an obstacle is
lost, but an obstacle that is read as an article says nothing about any claim. Pure functions;
`python -m evaluation.obstacles` measures them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from claims.sources.failures import FailureCode
from claims.text import fold_spaces, words

# Minimum words of a line of running text; of running text longer than a notice or a teaser.
_LINE_WORDS = 20
_NOTICE_WORDS = 100
_TEASER_WORDS = 48
# Minimum words of a headline link, minimum headlines of a list, maximum words per headline in one.
_HEADLINE_WORDS = 3
_LEAST_HEADLINES = 4
_WORDS_PER_HEADLINE = 45
_LEAST_PRIVACY = 3
_MOST_CONSENT_WORDS = 400
# Limits on the part of a page that is examined; a page with more is a long one.
_MOST_BUTTONS = 200
_MOST_LINKS = 2_000
_MOST_CHARACTERS = 20_000

# Words by which headings and titles name an obstacle; English first, then neighbouring languages.
_HEADINGS = {
    FailureCode.BLOCKED: re.compile(
        r"checking your browser|(?:are|not) (?:you )?(?:a )?(?:human|robot)|you are human"
        r"|unusual (?:traffic|activity)|access (?:to this (?:page|site) )?(?:is |has been )?denied"
        r"|security (?:check|verification)|captcha|verify (?:that )?you|just a moment|one moment"
        r"|attention required|request (?:was )?blocked|pardon our interruption|too many requests"
        r"|sicherheits(?:prüfung|überprüfung)|robot ou humain|vérification",
        re.IGNORECASE,
    ),
    FailureCode.NOT_FOUND: re.compile(
        r"not (?:be )?found|\b404\b|(?:can(?:no|['’])t|could(?: not|n['’]t)) (?:be found|find)"
        r"|no longer (?:available|exists?|here)|does(?: not|n['’]t) exist"
        r"|has been (?:removed|deleted)"
        r"|page (?:is )?(?:gone|missing)|nicht gefunden|existiert nicht|nicht mehr verfügbar"
        r"|introuvable|no encontrad[ao]|niet gevonden|hittades inte|ei löydy",
        re.IGNORECASE,
    ),
    FailureCode.SITE_ERROR: re.compile(
        r"be (?:right )?back|maintenance|temporarily (?:unavailable|down|out)|\b50[0234]\b"
        r"|bad gateway|service unavailable|something went wrong|internal (?:server )?error"
        r"|database (?:connection|error)"
        r"|not available in your (?:region|country|location)|technical (?:difficult|problem|issue)"
        r"|wartung|störung|erreur (?:interne|serveur)|mantenimiento|error (?:has )?occurred",
        re.IGNORECASE,
    ),
    FailureCode.LOGIN_REQUIRED: re.compile(
        r"(?:sign|log)[ -]?(?:in|on)\b|single sign|members(?:['’] area| only)|anmelde|einloggen"
        r"|connexion|se connecter|iniciar sesión|logga in|inloggen|kirjaudu",
        re.IGNORECASE,
    ),
    FailureCode.NO_ARTICLE: re.compile(
        r"domain(?: name)? (?:is|may be) for sale|is for sale|buy this domain|parked"
        r"|search results?"
        r"|suchergebnis|résultats de|resultados de|steht zum verkauf|à vendre",
        re.IGNORECASE,
    ),
}
_PAYWALL = re.compile(
    r"already (?:a )?(?:subscriber|subscribe|member)|\d+ (?:of \d+ )?free (?:article|stor)\w*"
    r"|to (?:continue|keep|finish) reading|(?:continue|keep) reading (?:with|for)"
    r"|subscribe (?:now )?to (?:read|continue|unlock)|unlock (?:this|the|full)"
    r"|rest of this (?:article|story)"
    r"|(?:for|exclusive to|reserved for) (?:our )?(?:subscribers|members)(?: only)?"
    r"|(?:subscriber|member|premium)[ -](?:only|exclusive)|weiterlesen mit|im abo\b"
    r"|bereits abonnent"
    r"|réservé aux abonnés|déjà abonné|pour lire la suite"
    r"|ya (?:es|eres) suscriptor|solo para suscriptores",
    re.IGNORECASE,
)
_PRIVACY = re.compile(
    r"cookies?\b|privacy|partners\b|personal data|advertis|consent|tracking|personali[sz]ed"
    r"|datenschutz|werbung|anzeigen|zustimm|partner\b|traceurs|publicit|données|vie privée"
    r"|privacidad|publicidad|evästee|kakor",
    re.IGNORECASE,
)
_AGREE = re.compile(
    r"\b(?:accept|agree|reject|allow|manage|continue without|akzeptier|zustimm|ablehn"
    r"|accepter|refuser"
    r"|aceptar|rechazar|hyväks|godkänn|akkoord)",
    re.IGNORECASE,
)
_FRONT_PATHS = {"", "/index.html", "/index.htm", "/index.php", "/home"}
_LIST_PATH = re.compile(
    r"/(?:tags?|topics?|authors?|categor(?:y|ies)|search|archives?|sections?|themen?|thema|suche)"
    r"(?:/|$)"
)
_LIST_QUERY = re.compile(r"(?:^|&)(?:q|query|s|search|suche|keyword)=")
_FURNITURE = ("nav", "header", "footer", "aside", "form")


@dataclass(frozen=True, slots=True)
class Look:
    """The properties of a page that are read before anything is removed from it."""

    headings: tuple[str, ...]
    body: str
    headlines: int
    is_marked: bool
    has_password: bool
    asks_to_agree: bool
    is_front_page: bool
    is_list_by_url: bool


def look_at(soup: BeautifulSoup, *, url: str) -> Look:
    """Read these properties from a page that was fetched from `url`."""
    parts = urlsplit(url)
    meta = {
        str(tag.get("property") or tag.get("name")).lower(): str(tag["content"]).lower()
        for tag in soup.find_all("meta", content=True)
    }
    body = soup.body or soup
    buttons = body.find_all(["button", "a"], limit=_MOST_BUTTONS)
    return Look(
        headings=tuple(_headings(soup)),
        body=fold_spaces(body.get_text(" "))[:_MOST_CHARACTERS],
        headlines=sum(1 for _ in _headline_links(body)),
        is_marked=meta.get("og:type") == "article" or "article:published_time" in meta,
        has_password=soup.find("input", type="password") is not None,
        asks_to_agree=any(_AGREE.search(fold_spaces(one.get_text(" "))) for one in buttons),
        is_front_page=bool(parts.netloc) and parts.path.rstrip("/") in _FRONT_PATHS,
        is_list_by_url=bool(
            _LIST_PATH.search(parts.path.lower()) or _LIST_QUERY.search(parts.query.lower())
        ),
    )


def find_obstacle(look: Look, lines: Sequence[str]) -> FailureCode | None:
    """The kind of obstacle that the page is, or None; `lines` are those of its main text."""
    sizes = [len(words(line)) for line in lines]
    running = sum(size for size in sizes if size >= _LINE_WORDS)
    if running < _NOTICE_WORDS:
        for code, pattern in _HEADINGS.items():
            if any(_says(pattern, heading) for heading in look.headings):
                return code
        if look.has_password and sum(sizes) < _NOTICE_WORDS and not look.is_marked:
            return FailureCode.LOGIN_REQUIRED
        if running < _TEASER_WORDS and _PAYWALL.search(look.body):
            return FailureCode.PAYWALL
    if _is_consent(look, lines):
        return FailureCode.CONSENT_WALL
    return FailureCode.NO_ARTICLE if _is_list(look, sum(sizes), running) else None


def _headings(soup: BeautifulSoup) -> Iterator[str]:
    """The title without the site's name, and the largest headings of the page."""
    if soup.title:
        yield re.split(r"\s[|–—-]\s", fold_spaces(soup.title.get_text()))[0]
    for tag in soup.find_all(["h1", "h2"], limit=4):
        yield fold_spaces(tag.get_text(" "))


def _says(pattern: re.Pattern[str], heading: str) -> bool:
    """Whether a heading names the obstacle; a much longer heading is about something else."""
    match = pattern.search(heading)
    return match is not None and len(heading) <= 2.5 * len(match[0]) + 25


def _headline_links(body: Tag) -> Iterator[Tag]:
    for link in body.find_all("a", href=True, limit=_MOST_LINKS):
        if len(words(link.get_text(" "))) >= _HEADLINE_WORDS and not link.find_parent(_FURNITURE):
            yield link


def _is_consent(look: Look, lines: Sequence[str]) -> bool:
    """Whether most of the page is about cookies and the like, and it asks the reader to agree."""
    if look.is_marked or not look.asks_to_agree:
        return False
    if not lines:
        return len(_PRIVACY.findall(look.body)) >= _LEAST_PRIVACY
    size = sum(len(words(line)) for line in lines)
    about = sum(len(words(line)) for line in lines if _PRIVACY.search(line))
    return size < _MOST_CONSENT_WORDS and about > 0.5 * size


def _is_list(look: Look, size: int, running: int) -> bool:
    """Whether the page is mostly headlines that link to other pages."""
    if look.is_marked:
        return False
    if look.is_front_page and size > 0 and running < _NOTICE_WORDS:
        return True
    if look.headlines < _LEAST_HEADLINES or size >= _WORDS_PER_HEADLINE * look.headlines:
        return False
    return look.is_list_by_url or running < _TEASER_WORDS
