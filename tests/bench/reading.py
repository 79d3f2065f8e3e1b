"""What reading one mail costs, beside the standard library's own parser.

    python -m tests.bench.reading [--mails 300] [--rounds 7] [--out FILE]

For each sort of mail many distinct ones are read, in turns: a round of ours, a round of
`policy.default` (parsed, walked, each text taken out).  The shortest round of each counts, for a
busy machine only ever adds.  It states figures and judges nothing.
"""

from __future__ import annotations

import argparse
import email
import json
import sys
import time
from collections.abc import Callable, Sequence
from email import policy
from pathlib import Path
from typing import Any

from pipeline.config import load_rules
from pipeline.mail.own import Account, Own
from pipeline.mail.reading import read
from tests.bench import mails
from tests.mail.reading.making.coding import BY_NAME
from tests.mail.reading.making.enclosing import XLSX, plain
from tests.mail.reading.making.files import Sheet, workbook
from tests.mail.reading.making.post import Mail, file_part

RULES = Path(__file__).parent.parent.parent / "rules" / "r7-kenkyu-kyogikai"
ADDRESS = "office@example.jp"
OWN = Own(
    address=ADDRESS,
    addresses=frozenset({ADDRESS}),
    message_domain="letters.example.jp",
    token_key=b"bench" * 8,
    account=Account("見本銀行", "本店", "普通", "1234567", "見本事務局", "ミホンジムキヨク"),
)
Read = Callable[[bytes], object]


def ours(raw: bytes) -> object:
    """One mail, read by us."""
    return read(raw, _RULES, OWN)


def library(raw: bytes) -> object:
    """One mail, parsed by the standard library, and each of its texts taken out."""
    message = email.message_from_bytes(raw, policy=policy.default)
    return [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]


# ---------------------------------------------------------------- sorts of mails


def _jis(number: int) -> bytes:
    return _mail(number, text=mails.body(number), coding=BY_NAME["jis"]).build()


def _page(number: int) -> bytes:
    rows = (line.lstrip("■").partition("：") for line in mails.body(number).splitlines())
    cells = "".join(f"<tr><th>{a}</th><td>{b}</td></tr>" for a, colon, b in rows if colon)
    page = f"<html><body><p>下記のとおり申し込みます。</p><table>{cells}</table></body></html>"
    return _mail(number, html=page).build()


def _correction(number: int) -> bytes:
    quoted = "".join(f"> {line}\n" for line in mails.body(number).splitlines())
    text = (
        "お世話になっております。\n先ほどの申込みですが、役職に誤りがありました。\n"
        f"正しくは下記のとおりです。\n\n役職：第２層生活支援コーディネーター\n\n{quoted}"
    )
    older = b"In-Reply-To: <bench.%d@example.jp>" % number
    return _mail(number, subject="Re: 参加申込", text=text, header=(older,)).build()


def _workbook(number: int) -> bytes:
    head = ["氏名", "フリガナ", "所属", "都道府県", "メールアドレス", "電話番号"]
    rows = [
        [f"試験　{'一二三四五'[n]}郎", "シケン　イチロウ", f"みなみ野市社協{number}", "千葉県",
         f"p{number}.{n}@example.jp", f"043-200-{number % 10**4:04d}"]
        for n in range(5)
    ]  # fmt: skip
    content = workbook(Sheet(name="名簿", rows=[head, *rows]))
    text = "お世話になっております。\n参加者の名簿を添付いたします。\nよろしくお願いいたします。"
    file = file_part(content, plain("参加申込書.xlsx"), XLSX)
    return _mail(number, text=text, files=(file,)).build()


def _automatic(number: int) -> bytes:
    text = "このメールは自動返信です。\n2月9日まで不在にしております。戻り次第ご連絡いたします。\n"
    marked = (b"Auto-Submitted: auto-replied", b"Precedence: auto_reply")
    return _mail(number, subject="自動返信：不在です", text=text, header=marked).build()


def _mail(number: int, **more: Any) -> Mail:
    return Mail(name="試験 太郎", address=mails.address(number), **more)


def _bounce(number: int) -> bytes:
    address = mails.address(number)
    body = (
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"I'm sorry to have to inform you that your message could not be delivered.\r\n\r\n"
        f"<{address}>: host mx.example.com said: 550 5.1.1 User unknown\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.example.jp\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{number}@letters.example.jp>\r\nTo: {address}\r\n\r\n--b--\r\n"
    )
    head = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.example.jp\r\n"
        f"To: {ADDRESS}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <{number}@mail.example.jp>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n"
        ' boundary="b"\r\n\r\n'
    )
    return (head + body).encode()


SORTS: dict[str, Callable[[int], bytes]] = {
    "application, UTF-8, 2.7 KB": mails.application,
    "application, UTF-8, 3.4 KB": lambda number: mails.application(number, lines=14),
    "application, ISO-2022-JP": _jis,
    "application, HTML only": _page,
    "correction above a quotation": _correction,
    "workbook of five people": _workbook,
    "returned mail": _bounce,
    "automatic reply": _automatic,
}


# ---------------------------------------------------------------- measuring


def measured(raws: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Milliseconds a mail, by the processor's time and by the clock, and the ratio of the two."""
    best = {"ours": (9e9, 9e9), "library": (9e9, 9e9)}
    readers: dict[str, Read] = {"ours": ours, "library": library}
    for _ in range(rounds):
        for name, reader in readers.items():
            best[name] = min(best[name], _round(reader, raws))
    (cpu, wall), (their_cpu, their_wall) = best["ours"], best["library"]
    return {
        "bytes": sum(map(len, raws)) / len(raws),
        "cpu_ms": cpu,
        "wall_ms": wall,
        "library_cpu_ms": their_cpu,
        "library_wall_ms": their_wall,
        "ratio": cpu / their_cpu,
        "per_second": 1000 / cpu,
    }


def _round(reader: Read, raws: Sequence[bytes]) -> tuple[float, float]:
    """Milliseconds a mail: the processor's, the clock's."""
    wall, cpu = time.perf_counter(), time.process_time()
    for raw in raws:
        reader(raw)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return cpu / len(raws) * 1000, wall / len(raws) * 1000


_RULES = load_rules(RULES)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    figures: dict[str, Any] = {}
    for name, make in SORTS.items():
        raws = [make(number) for number in range(asked.mails)]
        kinds = {str(read(raw, _RULES, OWN).kind) for raw in raws[:20]}
        shown = {key: round(value, 3) for key, value in measured(raws, asked.rounds).items()}
        figures[name] = {"read as": sorted(kinds), **shown}
    if asked.out:
        asked.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
