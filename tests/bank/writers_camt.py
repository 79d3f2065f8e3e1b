"""Writes camt messages with the shape that banks give them, and by nothing of the reader's."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.bank.values import Account, Line

_ROOTS = {
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "053": ("BkToCstmrStmt", "Stmt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def camt(one: Account, kind: str = "053", version: str = "02", prefix: str = "") -> str:
    """One message with one account."""
    root, part = _ROOTS[kind]
    balances = ""
    if kind == "053":
        balances = balance("OPBD", one.opening, one) + balance("CLBD", one.closing, one)
    newer = int(version) >= 8
    body = (
        f"<GrpHdr><MsgId>M1</MsgId><CreDtTm>{one.made}T08:30:00+09:00</CreDtTm></GrpHdr>"
        f"<{part}><Id>S1</Id><CreDtTm>{one.made}T08:30:00+09:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{one.first}T00:00:00+09:00</FrDtTm>"
        f"<ToDtTm>{one.last}T23:59:59+09:00</ToDtTm></FrToDt>"
        f"<Acct><Id><Othr><Id>{one.number}</Id></Othr></Id><Ccy>JPY</Ccy><Svcr><FinInstnId>"
        f"<ClrSysMmbId><ClrSysId><Cd>JPZGN</Cd></ClrSysId><MmbId>{one.bank}{one.branch}</MmbId>"
        f"</ClrSysMmbId></FinInstnId></Svcr></Acct>{balances}"
        f"{''.join(entry(line, newer=newer) for line in one.lines)}</{part}>"
    )
    text = (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}">'
        f"<{root}>{body}</{root}></Document>"
    )
    if prefix:
        text = text.replace("</", "</" + prefix + ":").replace("xmlns=", f"xmlns:{prefix}=")
        text = "<".join(
            part if not part or part[0] == "/" else f"{prefix}:{part}" for part in text.split("<")
        )
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text


def balance(kind: str, amount: int, one: Account) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="JPY">{abs(amount)}</Amt>'
        f"<CdtDbtInd>{'CRDT' if amount >= 0 else 'DBIT'}</CdtDbtInd>"
        f"<Dt><Dt>{one.last}</Dt></Dt></Bal>"
    )


def entry(line: Line, *, newer: bool = False, details: str | None = None) -> str:
    """One booked entry; `details` in place of its own."""
    sign = "CRDT" if line.moves > 0 else "DBIT"
    reversal = "<RvslInd>true</RvslInd>" if line.cancels else ""
    status = "<Sts><Cd>BOOK</Cd></Sts>" if newer else "<Sts>BOOK</Sts>"
    value = f"<ValDt><Dt>{line.value}</Dt></ValDt>" if line.value else ""
    number = f"<AcctSvcrRef>{line.number}</AcctSvcrRef>" if line.number else ""
    return (
        f'<Ntry><Amt Ccy="JPY">{line.amount}.00</Amt><CdtDbtInd>{sign}</CdtDbtInd>{reversal}'
        f"{status}<BookgDt><Dt>{line.day}</Dt></BookgDt>{value}{number}"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn>"
        f"</BkTxCd><NtryDtls>{details or detail(line, newer=newer)}</NtryDtls></Ntry>"
    )


def detail(line: Line, *, newer: bool = False, amount: str = "") -> str:
    """One TxDtls."""
    name = f"<Nm>{escape(line.payer)}</Nm>"
    party = f"<Pty>{name}</Pty>" if newer else name
    payer = f"<RltdPties><Dbtr>{party}</Dbtr></RltdPties>" if line.payer else ""
    memo = f"<RmtInf><Ustrd>{escape(line.memo)}</Ustrd></RmtInf>" if line.memo else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{escape(line.edi) or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"{amount}{payer}{memo}</TxDtls>"
    )
