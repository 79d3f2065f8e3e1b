"""Claims from a JSON file, for trying a statement out: `payments import --dry-run --claims FILE`.

Law of this file: money has no default.  A claim without an amount, or with one that is no whole
number of yen, refuses the whole file with one clear line; keys that are not known are passed over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.domain.reconciliation import Claim, Ledger
from pipeline.domain.rules import ReferenceScheme

_PAID = frozenset({"paid", "admitted"})


class ClaimsFileError(ValueError):
    """The file cannot be used: another file, or a mended one. Its text is one clear line."""


def _as_text(value: Any) -> Any:
    """A reference may be written as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Yen = Annotated[int, Field(strict=True, ge=0)]
_Digits = Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^[0-9]{1,10}$")]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Registration(_Loose):
    """One claim."""

    reg_no: _Digits
    name: str | None = None
    name_kana: str | None = None
    name_latin: str | None = None
    organization: str | None = None
    organization_kana: str | None = None
    status: Annotated[str, Field(min_length=1)]
    group: str | None = None
    amount_due: _Yen
    """Yen that this claim owes, or owed before it was paid."""
    pay_by: date | None = None
    """The last day in time, where it is not the file's deadline."""
    virtual_account: str | None = None

    def claim(self, deadline: date | None) -> Claim:
        """The same as a value of the domain."""
        paid = self.status in _PAID
        return Claim(
            reference=self.reg_no,
            state=self.status,
            due=0 if paid else self.amount_due,
            credited=self.amount_due if paid else 0,
            names=((self.name, self.name_kana), (self.name_latin, None)),
            organizations=((self.organization, self.organization_kana),),
            group=self.group,
            pay_by=self.pay_by or deadline,
            virtual_account=self.virtual_account or "",
        )


class _Reference(_Loose):
    """How references are made, as payment.toml says it."""

    digits: Annotated[int, Field(strict=True, ge=4, le=10)]
    check: Annotated[
        Literal["damm", "none"],
        Field(validation_alias=AliasChoices("check", "check_digit", "scheme")),
    ] = "none"


class _ClaimsFile(_Loose):
    """The whole file."""

    event_fee: _Yen
    deadline: date | None = None
    reference: _Reference | None = None
    """How references are made; without it no check digit is asked for."""
    registrations: tuple[_Registration, ...]


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """What a claims file says."""

    claims: tuple[Claim, ...]
    scheme: ReferenceScheme | None
    fee: int
    """Yen for one seat."""
    deadline: date | None

    def ledger(self) -> Ledger:
        """A fresh ledger of these claims."""
        return Ledger(self.claims, self.scheme, self.fee)


def claims_from_json(data: Any) -> ClaimsFile:
    """The claims in a document that was parsed; raises ClaimsFileError."""
    try:
        read = _ClaimsFile.model_validate(data)
    except ValidationError as wrong:
        raise ClaimsFileError(_first_fault(wrong)) from None
    claims = tuple(one.claim(read.deadline) for one in read.registrations)
    seen: set[str] = set()
    for claim in claims:
        if claim.reference in seen:
            raise ClaimsFileError(f"reg_no {claim.reference} stands there twice")
        seen.add(claim.reference)
    made = read.reference
    scheme = ReferenceScheme(digits=made.digits, check=made.check) if made else None
    return ClaimsFile(claims, scheme, read.event_fee, read.deadline)


def read_claims(path: Path) -> ClaimsFile:
    """The claims in a file; raises ClaimsFileError, naming the file."""
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as failed:
        raise ClaimsFileError(f"{path}: {failed.strerror or failed}") from None
    except ValueError as failed:
        raise ClaimsFileError(f"{path}: no JSON in UTF-8: {failed}") from None
    try:
        return claims_from_json(data)
    except ClaimsFileError as wrong:
        raise ClaimsFileError(f"{path}: {wrong}") from None


def _first_fault(wrong: ValidationError) -> str:
    first = wrong.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the document"
    more = wrong.error_count() - 1
    return f"{where}: {first['msg']}" + (f" (and {more} more)" if more else "")
