"""Writes the CSV of each bank, as its manual or its users show it, and by nothing of the reader's.

Each writer gives the text; the test chooses encoding and line ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.bank.values import Account, Line

_WORDS = {"1": "普通", "2": "当座", "4": "貯蓄"}


def quoted(cells: Sequence[object]) -> str:
    return ",".join(f'"{cell}"' for cell in cells)


def pair(line: Line) -> tuple[object, object]:
    """What came in, and what went out."""
    return ("", line.amount) if line.moves < 0 else (line.amount, "")


def mufg_bizstation(one: Account) -> list[str]:
    names = (
        "金融機関コード,金融機関名,支店コード,支店名,科目,口座番号,口座名,取引日,入払区分,取引区分,取引金額,内他店券金額,"
        "手形・小切手区分,手形・小切手番号,振込依頼人番号,振込依頼人名,仕向金融機関名,仕向支店名,摘要,EDI情報"
    )
    whose = [one.bank, "ﾐﾅﾓﾄ", one.branch, "ﾎﾝﾃﾝ", _WORDS[one.kind], one.number, "ｹﾝｷﾕｳ"]
    rows = [names.split(",")]
    for line in one.lines:
        when = f"{line.day.year - 2018:02}{line.day:%m%d}"
        money = [line.kind, f"{line.amount:012}", "000000000000", "", ""]
        payer = [line.code, line.payer, "ﾔﾏﾄ", "ｴｷﾏｴ", line.memo, line.edi]
        rows.append([*whose, when, "1" if line.moves > 0 else "2", *money, *payer])
    return [quoted(row) for row in rows]


def mufg_bizstation_all(one: Account) -> list[str]:
    head = ["1", one.bank, "ﾐﾅﾓﾄ", one.branch, "本店", _WORDS[one.kind], one.number, "ケンキユウ"]
    rows = [",".join(head + [""] * 7)]
    for line, balance in zip(one.lines, one.balances(), strict=True):
        came, went = pair(line)
        day = f"{line.day.year}.{line.day.month}.{line.day.day}"
        word = "振込" if line.kind == "11" else "手数料"
        rows.append(",".join(map(str, ["2", day, word, line.payer, went, came, balance])))
    return [*rows, f"8,{len(one.lines)},,,,,,", "9,1,,,,,,"]


def mufg_direct(one: Account) -> list[str]:
    rows = ["日付,摘要,摘要内容,支払い金額,預かり金額,差引残高,メモ,未資金化区分,入払区分"]
    for line, balance in zip(one.lines, one.balances(), strict=True):
        came, went = (f"{value:,}" if value else "" for value in map(_whole, pair(line)))
        day = f"{line.day.year}/{line.day.month}/{line.day.day}"
        way = "入" if line.moves > 0 else "出"
        rows.append(quoted([day, "振込１", line.payer, went, came, f"{balance:,}", "", "", way]))
    return rows


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _anser(one: Account, names: str, further: Sequence[str] = ()) -> list[str]:
    rows = [quoted(names.split(","))]
    described = f"本店営業部（{one.branch}）　{_WORDS[one.kind]}　{one.number}"
    for place, (line, balance) in enumerate(zip(one.lines, one.balances(), strict=True), 1):
        came, went = (f"{value:,}" if value else "" for value in map(_whole, pair(line)))
        value = f"{line.value:%Y年%m月%d日}" if line.value else ""
        status = "取消" if line.cancels else "明細"
        cells = [described, f"{place:03}", f"{line.day:%Y年%m月%d日}", value, went, came, ""]
        cells += [f"{balance:,}", "振込入金", status, "ﾔﾏﾄ", "ｴｷﾏｴ", line.payer, *further]
        rows.append(quoted(cells))
    return rows


def anser(one: Account) -> list[str]:
    return _anser(
        one,
        "照会口座,番号,勘定日,（起算日）,出金金額（円）,入金金額（円）,小切手区分,残高（円）,"
        "取引区分,明細区分,金融機関名,支店名,摘要",
    )


def mizuho_business_web(one: Account) -> list[str]:
    return _anser(
        one,
        "照会口座,番号,勘定日,(起算日),出金(円),入金(円),小切手区分,残高(円),"
        "取引区分,明細区分,金融機関名,支店名,摘要",
    )


def resona_plus(one: Account) -> list[str]:
    return _anser(
        one,
        "照会口座,番号,勘定日,(起算日),出金金額(円),入金金額(円),小切手区分,残高(円),"
        "取引区分,明細区分,金融機関名,支店名,摘要,メモ",
        ["メモ書き"],
    )


def smbc(one: Account) -> list[str]:
    rows = ["年月日,お引出し,お預入れ,お取り扱い内容,残高,メモ,ラベル"]
    for line, balance in zip(one.lines, one.balances(), strict=True):
        came, went = pair(line)
        day = f"{line.day.year}/{line.day.month}/{line.day.day}"
        rows.append(f'{day},{went},{came},"振込　{line.payer}",{balance},"",""')
    return rows


def yucho_direct(one: Account) -> list[str]:
    rows = [
        "お客さま口座情報",
        f'現在高：,"{one.closing:,}",円,',
        "出力日時：令和 08 年 03 月 14 日 17 時 36 分",
        "お客さま口座番号：10340-12345671",
        "照会対象：期間指定",
        "日付指定：令和 08 年 03 月 02 日 〜 令和 08 年 03 月 13 日",
        f"明細件数：{len(one.lines)}",
        "取引日,入出金明細ＩＤ,受入金額（円）,払出金額（円）,詳細１,詳細２,現在（貸付）高,",
    ]
    for place, (line, balance) in enumerate(zip(one.lines, one.balances(), strict=True), 1):
        came, went = pair(line)
        cells = [f"{line.day:%Y%m%d}", f"{line.day:%Y%m%d}{place:07}", came, went, "送金"]
        rows.append(",".join(map(str, [*cells, f'"{line.payer}"', balance, ""])))
    return rows


def rakuten(one: Account) -> list[str]:
    rows = ["取引日,入出金(円),取引後残高(円),入出金内容"]
    for line, balance in zip(one.lines, one.balances(), strict=True):
        rows.append(f'{line.day:%Y%m%d},{line.moves},{balance},"{line.payer}"')
    return rows


def paypay(one: Account) -> list[str]:
    names = (
        "操作日(年),操作日(月),操作日(日),操作時刻(時),操作時刻(分),操作時刻(秒),取引順番号,摘要,"
        "お支払金額,お預り金額,残高,メモ"
    )
    rows = [quoted(names.split(","))]
    for place, (line, balance) in enumerate(zip(one.lines, one.balances(), strict=True), 1):
        came, went = pair(line)
        when = [line.day.year, line.day.month, line.day.day, 9, 30, 5]
        rows.append(
            quoted([*when, f"{place:05}01", f"振込 {line.payer}", went, came, balance, "-"])
        )
    return rows


def sbi_net(one: Account) -> list[str]:
    """Newest first; what is empty has no quotation marks."""
    rows = []
    for line, balance in zip(one.lines, one.balances(), strict=True):
        came, went = (f'"{value:,}"' if value else "" for value in map(_whole, pair(line)))
        rows.append(f'"{line.day:%Y/%m/%d}","振込＊{line.payer}",{went},{came},"{balance:,}","-"')
    return [
        quoted(["日付", "内容", "出金金額(円)", "入金金額(円)", "残高(円)", "メモ"]),
        *rows[::-1],
    ]


def gmo_aozora(one: Account) -> list[str]:
    rows = [quoted(["日付", "摘要", "入金金額", "出金金額", "残高", "メモ"])]
    for line, balance in zip(one.lines, one.balances(), strict=True):
        came, went = pair(line)
        rows.append(quoted([f"{line.day:%Y%m%d}", f"振込  {line.payer}", came, went, balance, ""]))
    return rows


WRITERS: dict[str, Callable[[Account], list[str]]] = {
    "anser": anser,
    "gmo-aozora": gmo_aozora,
    "mizuho-business-web": mizuho_business_web,
    "mufg-bizstation": mufg_bizstation,
    "mufg-bizstation-all": mufg_bizstation_all,
    "mufg-direct": mufg_direct,
    "paypay": paypay,
    "rakuten": rakuten,
    "resona-plus": resona_plus,
    "sbi-net": sbi_net,
    "smbc": smbc,
    "yucho-direct": yucho_direct,
}
"""By the name of the profile that should know the file."""
