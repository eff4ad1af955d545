"""The mail server of the demonstration takes mails as a real one does, and the demo prints them."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from claims.errors import AssayError
from claims.report.alert_messages import write_mail
from claims.sources.mailing import Mailer, parse_smtp_url
from claims.types import Event, EventData, EventType, PageChange, PageDifference, VerdictLabel
from claims.webhooks import AlertKind, DeliveryLease
from claims.wiring import now
from examples.demo import print_mail
from examples.mailbox import Mailbox, receive_mails

BEFORE = "The Americans left Manta in 2007."
NOW = "The Americans left Manta in 2009."


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with receive_mails() as running:
        yield running


@pytest.fixture
def client(mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(mailbox.url)
    with smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=5) as session:
        yield session


def write_alert() -> EmailMessage:
    data = EventData(
        heading="The base at Manta closed in 2009.",
        label=VerdictLabel.SUPPORTED,
        before=VerdictLabel.REFUTED,
        support=0.9,
        confidence=0.9,
        diff=PageDifference(changed=(PageChange("http://127.0.0.1/pages/manta", BEFORE, NOW),)),
    )
    event = Event(
        id="1-0",
        type=EventType.VERDICT_CHANGED,
        at=now(),
        claim_id="c_1",  # type: ignore[arg-type]
        article_id=None,
        data=data,
    )
    lease = DeliveryLease(
        webhook_id=f"n_{1:032x}",
        url="desk@newsroom.example",
        secrets=("the-token",),
        event=event,
        token="t",
        attempt=1,
        failures=0,
        kind=AlertKind.MAIL,
        further=(),
        more=0,
    )
    url = "http://127.0.0.1:8400"
    return write_mail(lease, sender="assay@newsroom.example", public_url=url, at=now())


def test_alert_arrives_from_the_mailer_of_the_service_and_is_printed_with_both_sentences(
    mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    mailer = Mailer(server=parse_smtp_url(mailbox.url), sender="assay@newsroom.example")
    attempt = mailer.send(write_alert(), "desk@newsroom.example")
    assert attempt.status_code == 250, attempt.error
    print_mail(mailbox.wait_for_mail(timeout_s=5))
    printed = capsys.readouterr().out.splitlines()
    for line in (
        "  To: desk@newsroom.example",
        "  Subject: Supported (proposal): The base at Manta closed in 2009.",
        "  Proposal before: Refuted",
        "  Proposal now: Supported",
        "  Page: http://127.0.0.1/pages/manta",
        f"  It said: “{BEFORE}”",
        f"  It says: “{NOW}”",
        "  http://127.0.0.1:8400/claims/c_1",
    ):
        assert line in printed
    assert "the-token" not in "".join(printed)
    assert printed[-1].startswith("  [left out here: ")


def test_mails_come_in_order_and_lines_with_dots_stay(
    mailbox: Mailbox, client: smtplib.SMTP
) -> None:
    for body in (".\r\n..one\r\n. two\r\n", "three\r\n"):
        client.sendmail("a@a.example", ["b@b.example"], f"Subject: s\r\n\r\n{body}")
    assert mailbox.wait_for_mail(timeout_s=5).get_content() == ".\n..one\n. two\n"
    assert mailbox.wait_for_mail(timeout_s=5).get_content() == "three\n"


def test_commands_in_another_order_or_unknown_are_refused_and_the_session_goes_on(
    mailbox: Mailbox, client: smtplib.SMTP
) -> None:
    client.ehlo()
    assert client.docmd("DATA")[0] == 503
    assert client.docmd("RCPT TO:<b@b.example>")[0] == 503
    assert client.docmd("MAIL FROM:<a@a.example>")[0] == 250
    assert client.docmd("DATA")[0] == 503
    assert client.docmd("")[0] == client.docmd("TURN")[0] == 502
    assert client.rset()[0] == client.noop()[0] == 250
    assert client.docmd("RCPT TO:<b@b.example>")[0] == 503
    client.sendmail("a@a.example", ["b@b.example"], "Subject: s\r\n\r\nstill here\r\n")
    assert "still here" in mailbox.wait_for_mail(timeout_s=5).get_content()


def test_a_mail_that_is_cut_off_is_not_kept(mailbox: Mailbox, client: smtplib.SMTP) -> None:
    client.ehlo()
    for command in ("MAIL FROM:<a@a.example>", "RCPT TO:<b@b.example>", "DATA"):
        client.docmd(command)
    client.send("Subject: half a m")
    client.close()
    with pytest.raises(AssayError, match="no mail came to smtp://127"):
        mailbox.wait_for_mail(timeout_s=0.1)


def test_nothing_runs_after_the_block() -> None:
    with receive_mails() as mailbox:
        port = urlsplit(mailbox.url).port or 0
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as session:
            session.noop()
    assert [thread for thread in threading.enumerate() if thread.name == "mailbox"] == []
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", port, timeout=5)
