"""Reports as mail servers write them (RFC 3464)."""

from email.message import EmailMessage


def report_on(
    mail: EmailMessage,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    to: str = "passwords@localhost",
    returned: str = "headers",
) -> bytes:
    """What comes back of a mail; ``returned``: its ``headers``, the ``whole`` of it, or nothing."""
    kind = "message/rfc822" if returned == "whole" else "text/rfc822-headers"
    headers = f"Message-ID: {mail['Message-ID']}\r\nTo: somebody@elsewhere.example\r\n\r\n"
    third = f"--B\r\nContent-Type: {kind}\r\n\r\n{headers}\r\n" if returned else ""
    return (
        "From: MAILER-DAEMON@mx.example\r\n"
        f"To: {to}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; somebody@elsewhere.example\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such person\r\n\r\n"
        f"{third}--B--\r\n"
    ).encode()
