"""Alerts to a real mail server and real hooks on loopback: what people read, and failures."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme

from claims.alerts import NewAlert
from claims.report.alert_messages import write_mail, write_slack
from claims.sources.mailing import Mailer, SmtpServer, parse_smtp_url
from claims.store import RedisStore
from claims.types import (
    Event,
    EventData,
    EventType,
    PageChange,
    PageDifference,
    StaleReason,
    TagSchedule,
    TagScheduleChange,
    VerdictLabel,
)
from claims.webhooks import AlertKind, DeliveryLease, DeliveryStatus, WebhookStatus
from claims.wiring import now
from tests.contracts import steps
from tests.contracts.deliveries import judge
from tests.contracts.steps import pass_time
from tests.stack.chat_server import encrypt
from tests.workers.hooks import DONE, Serve, read, run
from tests.workers.mail_server import MailServer, serve_mail
from tests.workers.receivers import say
from workers.context import WorkerContext
from workers.deliver import DeliveryOutcome

ALERT = f"n_{1:032x}"
SENDER = "assay@example.org"
SITE = "https://assay.example.org"


def use(context: WorkerContext, server: MailServer, **given: Any) -> None:
    smtp = SmtpServer(security="smtp", host="127.0.0.1", port=server.port)
    context.mailer = Mailer(server=smtp, sender=SENDER, **given)
    context.public_url = f"{SITE}/"


@pytest.fixture
def mail_server(context: WorkerContext) -> Iterator[MailServer]:
    with serve_mail() as server:
        use(context, server)
        yield server


def add(store: RedisStore, target: str = "desk@example.org", **given: Any) -> None:
    given = {"kind": AlertKind.MAIL, "events": tuple(EventType)} | given
    store.alerts.create(NewAlert(id=ALERT, target=target, token="the-token", **given))


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def change(**given: Any) -> Event:
    data = EventData(
        heading="The base closed in 2009.",
        label=VerdictLabel.REFUTED,
        before=VerdictLabel.SUPPORTED,
        support=0.02,
        confidence=0.96,
        diff=PageDifference(
            changed=(PageChange("https://a.example/one", "It closed.", "It did not close."),)
        ),
    )
    given = {"id": "1767605402000-0", "type": EventType.VERDICT_CHANGED, "data": data} | given
    return Event(at=now(), claim_id="c_1", article_id=None, **given)  # type: ignore[arg-type]


def lease(*events: Event, more: int = 0, kind: AlertKind = AlertKind.MAIL) -> DeliveryLease:
    return DeliveryLease(
        webhook_id=ALERT,
        url="desk@example.org",
        secrets=("the-token",),
        event=events[0],
        token="t",
        attempt=1,
        failures=0,
        kind=kind,
        further=events[1:],
        more=more,
    )


def mail_of(*events: Event, more: int = 0) -> EmailMessage:
    return write_mail(lease(*events, more=more), sender=SENDER, public_url=SITE, at=now())


# --- what people read --------------------------------------------------------------------------


def test_a_mail_says_what_changed_where_and_what_to_do() -> None:
    mail = mail_of(change())
    assert mail["Subject"] == "Refuted (proposal): The base closed in 2009."
    text = text_of(mail)
    for line in (
        "“The base closed in 2009.”",
        "Proposal before: Supported",
        "Proposal now: Refuted",
        "Page: https://a.example/one",
        "It said: “It closed.”",
        "It says: “It did not close.”",
        "sign off again",
        f"{SITE}/claims/c_1",
        f"{SITE}/unsubscribe/{ALERT}/the-token",
    ):
        assert line in text
    html = text_of(mail, "html")
    assert f'<a href="{SITE}/claims/c_1">' in html
    assert "“It did not close.”" in html


def test_a_stale_sign_off_has_its_reasons() -> None:
    data = EventData(heading="It closed.", stale_because=(StaleReason.QUOTATION_GONE,))
    text = text_of(mail_of(change(type=EventType.REVIEW_STALE, data=data)))
    assert "the deciding quotation is gone" in text
    assert "sign off again" in text


def test_a_schedule_of_a_tag_has_the_schedule_before_and_the_claims_as_a_link() -> None:
    daily, weekly = TagSchedule("City hall", "P1D"), TagSchedule("City hall", "P7D")
    scheduled = TagScheduleChange("City hall", weekly, daily, 12)
    data = EventData(heading="City hall", tag_schedule=scheduled, by="Ada")
    event = replace(change(type=EventType.TAG_SCHEDULED, data=data), claim_id=None)
    mail = mail_of(event)
    assert mail["Subject"] == "Schedule of the tag changed: City hall"
    text = text_of(mail)
    assert "are checked every day, unless they have their own schedule. Before: every week." in text
    assert "12 claims have the tag. Changed by Ada." in text
    assert f"{SITE}/claims?tag=City%20hall" in text.splitlines()
    message = json.loads(write_slack(lease(event, kind=AlertKind.SLACK), public_url=SITE))
    assert message["text"].endswith(f"Changed by Ada.\n{SITE}/claims?tag=City%20hall")


def test_texts_of_pages_are_neither_markup_nor_headers() -> None:
    wicked = "<!channel> <b>x</b>\r\nBcc: all@example.org\n@here \u202e & *bold*"
    diff = PageDifference(changed=(PageChange("https://a.example/<x>", wicked, wicked),))
    data = EventData(heading=wicked, label=VerdictLabel.REFUTED, diff=diff)
    event = change(data=data)
    mail = mail_of(event)
    assert "\n" not in mail["Subject"] and mail["Bcc"] is None
    assert b"\r\nBcc" not in mail.as_bytes()
    html = text_of(mail, "html")
    assert "<b>x" not in html and "<!channel" not in html and "https://a.example/<x>" not in html
    assert "\u202e" not in html + text_of(mail)
    message = json.loads(write_slack(lease(event, kind=AlertKind.SLACK), public_url=SITE))
    assert "<" not in message["text"] and "@here" not in message["text"]
    assert "&lt;!channel&gt;" in message["text"]
    assert message["mrkdwn"] is False


def test_several_events_are_counted_in_the_subject_and_the_rest_in_the_text() -> None:
    mail = mail_of(change(), change(id="1767605402000-1"), more=7)
    assert mail["Subject"].startswith("9 changes. Refuted (proposal): ")
    assert "And 7 further events." in text_of(mail)


def test_mails_with_other_events_are_other_mails() -> None:
    first, second = change(), change(id="1767605402000-1")
    ids = [mail["Message-ID"] for mail in (mail_of(first), mail_of(first), mail_of(first, second))]
    assert ids[0] == ids[1] != ids[2]


# --- mails -------------------------------------------------------------------------------------


def test_a_verdict_arrives_as_a_mail_with_one_click_to_unsubscribe(
    context: WorkerContext, store: RedisStore, mail_server: MailServer
) -> None:
    add(store, events=(EventType.VERDICT_CREATED,))
    claim = judge(store, label=VerdictLabel.REFUTED)
    assert run(context) is DeliveryOutcome.DELIVERED
    assert run(context) is DeliveryOutcome.NOTHING_TO_DO
    [(recipients, mail)] = mail_server.mails
    assert recipients == ["desk@example.org"] == [mail["To"]]
    assert mail["From"] == SENDER
    link = f"{SITE}/unsubscribe/{ALERT}/the-token"
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in mail_server.raw[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"{SITE}/claims/{claim}" in text_of(mail)
    assert max(map(len, mail_server.raw[0].split(b"\r\n"))) < 130


def test_an_article_with_claims_of_two_labels_is_one_mail_with_both(
    context: WorkerContext, store: RedisStore, mail_server: MailServer
) -> None:
    add(store, events=(EventType.ARTICLE_DONE,), labels=(VerdictLabel.REFUTED,))
    article = store.submit_article(steps.new_article())
    first, second = steps.extract(store, article, claims=2)
    steps.finish_check(store, first, label=VerdictLabel.SUPPORTED)
    steps.finish_check(store, second, label=VerdictLabel.REFUTED)
    assert run(context) is DeliveryOutcome.DELIVERED
    [(_, mail)] = mail_server.mails
    assert "1 supported, 1 refuted" in text_of(mail)
    assert f"{SITE}/articles/{article}" in text_of(mail)


def test_only_events_that_pass_the_filter_are_sent(
    context: WorkerContext, store: RedisStore, mail_server: MailServer
) -> None:
    add(store, events=(EventType.VERDICT_CREATED,), tags=("City",), labels=(VerdictLabel.REFUTED,))
    judge(store, 1, VerdictLabel.REFUTED)
    judge(store, 2, VerdictLabel.SUPPORTED, tags=("City",))
    wanted = judge(store, 3, VerdictLabel.REFUTED, tags=("City",))
    assert run(context) is DeliveryOutcome.DELIVERED
    assert run(context) is DeliveryOutcome.NOTHING_TO_DO
    [(_, mail)] = mail_server.mails
    assert wanted in text_of(mail)


def test_a_dead_mail_server_loses_nothing(context: WorkerContext, store: RedisStore) -> None:
    add(store, events=(EventType.VERDICT_CREATED,))
    with serve_mail() as server:
        use(context, server)
    claims = [judge(store, 1)]
    assert run(context) is DeliveryOutcome.FAILED
    [waiting] = store.alerts.list_deliveries(ALERT)
    assert waiting.status is DeliveryStatus.WAITING
    assert "the mail server could not be used" in str(waiting.error)
    assert store.alerts.get(ALERT).failing_since is not None
    claims.append(judge(store, 2))
    pass_time(store, 15)
    with serve_mail(port=server.port) as alive:
        assert run(context) is DeliveryOutcome.DELIVERED
    [(_, mail)] = alive.mails
    assert all(claim in text_of(mail) for claim in claims)
    assert store.alerts.get(ALERT).failing_since is None


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"RCPT": "550 5.1.1 no such user"}, "refused the address: 550 5.1.1 no such user"),
        ({"MAIL": "451 try later"}, "451 try later"),
        ({"DATA": "554 no"}, "554 no"),
        ({"END": "552 too large"}, "552 too large"),
        ({"CONNECT": "554 go away"}, "554 go away"),
        ({"CONNECT": "no mail server"}, "the mail server"),
        ({"MAIL": 2.0}, "timed out"),
    ],
)
def test_a_refusal_is_tried_again_with_its_reason_in_the_log(
    context: WorkerContext, store: RedisStore, answers: dict[str, str | float], words: str
) -> None:
    add(store)
    store.alerts.test(ALERT)
    with serve_mail(answers) as server:
        use(context, server, step_s=0.5)
        assert run(context) is DeliveryOutcome.FAILED
    [delivery] = store.alerts.list_deliveries(ALERT)
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.WAITING, 1)
    assert words in str(delivery.error)
    assert store.alerts.get(ALERT).status is WebhookStatus.ACTIVE


def test_a_server_that_never_ends_is_cut_off(context: WorkerContext, store: RedisStore) -> None:
    add(store)
    store.alerts.test(ALERT)
    with serve_mail({"MAIL": 0.6, "RCPT": 0.6, "DATA": 0.6, "END": 0.6}) as server:
        use(context, server, step_s=5, total_s=1.0)
        started = time.monotonic()
        assert run(context) is DeliveryOutcome.FAILED
        assert time.monotonic() - started < 2.0


def test_a_mail_that_was_taken_is_delivered_although_the_goodbye_fails(
    context: WorkerContext, store: RedisStore
) -> None:
    add(store)
    store.alerts.test(ALERT)
    with serve_mail({"QUIT": "421 no"}) as server:
        use(context, server)
        assert run(context) is DeliveryOutcome.DELIVERED
    assert len(server.mails) == 1


def test_a_user_signs_in_and_no_error_has_the_password(
    context: WorkerContext, store: RedisStore
) -> None:
    add(store)
    store.alerts.test(ALERT)
    with serve_mail({"AUTH": "535 wrong"}) as server:
        smtp = parse_smtp_url(f"smtp://us%40er:s%2Fecret@127.0.0.1:{server.port}")
        context.mailer = Mailer(server=smtp, sender=SENDER)
        context.public_url = SITE
        assert run(context) is DeliveryOutcome.FAILED
        assert server.logins[0] == ("us@er", "s/ecret")
    [delivery] = store.alerts.list_deliveries(ALERT)
    assert "535 wrong" in str(delivery.error) and "ecret" not in f"{delivery.error}{smtp}"


def test_starttls_is_never_left_out(context: WorkerContext, store: RedisStore) -> None:
    add(store)
    store.alerts.test(ALERT)
    with serve_mail() as server:  # without TLS
        smtp = parse_smtp_url(f"starttls://user:secret@127.0.0.1:{server.port}")
        context.mailer = Mailer(server=smtp, sender=SENDER)
        assert run(context) is DeliveryOutcome.FAILED
    assert (server.logins, server.mails) == ([], [])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def trust(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(folder / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))


@pytest.mark.parametrize("security", ["starttls", "smtps"])
def test_a_mail_goes_encrypted_to_a_server_whose_authority_ssl_cert_file_names(
    security: str,
    context: WorkerContext,
    store: RedisStore,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A certificate that is not trusted is refused before anybody signs in, and the alert waits."""
    add(store)
    store.alerts.test(ALERT)
    tls = encrypt(authority, tmp_path)
    with serve_mail(tls=tls, encrypts_at_once=security == "smtps") as server:
        smtp = parse_smtp_url(f"{security}://user:secret@127.0.0.1:{server.port}")
        context.mailer = Mailer(server=smtp, sender=SENDER)
        context.public_url = SITE
        assert run(context) is DeliveryOutcome.FAILED
        assert (server.logins, server.mails) == ([], [])
        [waiting] = store.alerts.list_deliveries(ALERT)
        assert (waiting.status, waiting.attempts) == (DeliveryStatus.WAITING, 1)
        assert "the mail server has a certificate that is not trusted: " in str(waiting.error)
        assert "SSL_CERT_FILE" in str(waiting.error)
        trust(authority, tmp_path, monkeypatch)
        pass_time(store, 15)
        assert run(context) is DeliveryOutcome.DELIVERED
    assert server.logins == [("user", "secret")]
    [(recipients, mail)] = server.mails
    assert recipients == ["desk@example.org"] == [mail["To"]]
    signed_in = next(n for n, line in enumerate(server.commands) if line.startswith("AUTH"))
    assert ("STARTTLS" in server.commands[:signed_in]) is (security == "starttls")


@pytest.mark.parametrize("security", ["starttls", "smtps"])
def test_a_trusted_certificate_of_another_server_is_refused(
    security: str,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trust(authority, tmp_path, monkeypatch)
    tls = encrypt(authority, tmp_path)  # for 127.0.0.1
    with serve_mail(tls=tls, encrypts_at_once=security == "smtps") as server:
        smtp = parse_smtp_url(f"{security}://user:secret@localhost:{server.port}")
        attempt = Mailer(server=smtp, sender=SENDER).send(mail_of(change()), "desk@example.org")
    assert attempt.status_code is None
    assert "not trusted: " in str(attempt.error) and "localhost" in str(attempt.error)
    assert (server.logins, server.mails) == ([], [])


def test_without_a_mail_server_in_the_settings_the_event_waits(
    context: WorkerContext, store: RedisStore
) -> None:
    add(store)
    store.alerts.test(ALERT)
    assert run(context) is DeliveryOutcome.FAILED
    assert "ASSAY_SMTP_URL" in str(store.alerts.list_deliveries(ALERT)[0].error)


# --- chats -------------------------------------------------------------------------------------


def test_a_hook_gets_a_message_in_the_form_of_slack(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    receiver = receive(DONE)
    context.public_url = SITE
    add(store, receiver.url, kind=AlertKind.SLACK, events=(EventType.VERDICT_CREATED,))
    claim = judge(store, label=VerdictLabel.REFUTED)
    assert run(context) is DeliveryOutcome.DELIVERED
    headers, body = read(receiver.requests[0])
    assert headers["Content-Type"] == "application/json"
    assert "webhook-signature" not in headers and b"the-token" not in body
    message = json.loads(body)
    assert message["text"].startswith("Probably refuted (proposal)\n“")
    assert message["text"].endswith(f"{SITE}/claims/{claim}")


def test_a_hook_on_a_private_address_is_not_called(
    context: WorkerContext, store: RedisStore
) -> None:
    add(store, "http://127.0.0.1:9/hook", kind=AlertKind.SLACK)
    store.alerts.test(ALERT)
    assert run(context) is DeliveryOutcome.FAILED
    [delivery] = store.alerts.list_deliveries(ALERT)
    assert (delivery.status_code, str(delivery.error).partition(":")[0]) == (None, "port-blocked")


def test_410_ends_the_alert_and_is_announced(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    receiver = receive(say("HTTP/1.1 410 Gone\nContent-Length: 0\n\n"))
    add(store, receiver.url, kind=AlertKind.SLACK)
    store.alerts.test(ALERT)
    assert run(context) is DeliveryOutcome.FAILED
    assert store.alerts.get(ALERT).status is WebhookStatus.DISABLED
