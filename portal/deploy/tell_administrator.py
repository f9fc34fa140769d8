"""Mails OPERATOR_MAIL that a unit failed. Leans on nothing but the mail server: the portal may be what failed."""

import os
import smtplib
import socket
import ssl
import sys
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal import mail_server
from portal.environment import env

PATIENCE = 20  # seconds


def letter(unit: str, machine: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = f"Balai Warga: {unit} failed on {machine}"
    message.set_content(
        f"The unit {unit} failed on {machine}.\n\n"
        f"What it said:      journalctl --unit {unit} --lines 50\n"
        f"What to do:        cd /opt/balai/current && sudo -u balai ./portal/deploy/manage doctor\n"
        f"Try it once more:  systemctl start {unit}\n"
    )
    return message


def send(message: EmailMessage, server: dict[str, object]) -> None:
    host, port = str(server["EMAIL_HOST"]), int(str(server["EMAIL_PORT"]))
    # smtplib by itself would hand the password to whoever answers: it looks at no certificate.
    trust = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=trust)
        if server["EMAIL_USE_SSL"]
        else smtplib.SMTP(host, port, timeout=PATIENCE)
    ) as connection:
        if server["EMAIL_USE_TLS"]:
            connection.starttls(context=trust)
        if server["EMAIL_HOST_USER"]:
            connection.login(str(server["EMAIL_HOST_USER"]), str(server["EMAIL_HOST_PASSWORD"]))
        connection.send_message(message)


def main(arguments: list[str]) -> int:
    unit = arguments[0] if arguments else "a unit"
    to, server = env("OPERATOR_MAIL"), mail_server.settings_of(env("EMAIL_URL"))
    if not to or not server:
        print(
            f"{unit} failed, and there is nobody to tell: set OPERATOR_MAIL and EMAIL_URL.", file=sys.stderr
        )
        return 0
    message = letter(unit, socket.gethostname())
    message["To"], message["From"] = to, env("MAIL_FROM", to)
    send(message, server)
    return 0


if __name__ == "__main__":
    os.chdir("/")
    sys.exit(main(sys.argv[1:]))
