"""How mail programs write a filled-in form as HTML.

A page is a function from (label, answer) rows to the whole document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

Rows = Sequence[tuple[str, str]]
Page = Callable[[Rows], str]
_MSO = (
    '<html xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office">'
    "<head><style><!--\n/* Style Definitions 氏名：見本 */\n"
    "p.MsoNormal, li.MsoNormal\n\t{margin:0mm;}\n"
    '--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit"/></xml><![endif]--></head>'
    '<body lang="JA" link="#0563C1" style="word-wrap:break-word">'
)


def _cell(text: str) -> str:
    return escape(text).replace(" ", "&nbsp;")


def _answer(text: str) -> str:
    if "@" in text and text.isascii():
        return f'<a href="mailto:{escape(text)}">{escape(text)}</a>'
    return _cell(text)


def outlook_table(rows: Rows) -> str:
    """Word's HTML: a table with paragraphs in its cells."""
    cells = "".join(
        '<tr style="mso-yfti-irow:0"><td width=150 valign=top style="border:solid 1pt">'
        f'<p class="MsoNormal"><span lang=EN-US>{_cell(a)}</span></p></td><td width=300 valign=top>'
        f'<p class="MsoNormal"><span style="font-family:&quot;ＭＳ 明朝&quot;">{_answer(b)}</span>'
        "<span lang=EN-US><o:p></o:p></span></p></td></tr>"
        for a, b in rows
    )
    return (
        f'{_MSO}<p class="MsoNormal">事務局　御中<o:p></o:p></p><p class="MsoNormal">&nbsp;</p>'
        f'<p class="MsoNormal">下表のとおり申し込みます。</p><table border=1 cellspacing=0>{cells}'
        '</table><p class="MsoNormal">よろしくお願いします。</p></body></html>'
    )


def header_cells(rows: Rows) -> str:
    """Labels as header cells, with colons and required marks."""
    cells = "".join(
        f"<tr><th align=left>{escape(a)}<font color=red>※必須</font></th><td>{_answer(b)}</td></tr>"
        for a, b in rows
    )
    return f"<html><body><h2>参加申込書</h2><table><tbody>{cells}</tbody></table></body></html>"


def labels_above(rows: Rows) -> str:
    """A table whose first row holds the labels and whose second the answers."""
    head = "".join(f"<td bgcolor=#ddd>{escape(a)}</td>" for a, _ in rows)
    line = "".join(f"<td>{_answer(b)}</td>" for _, b in rows)
    return f"<html><body>参加者<table border=1><tr>{head}</tr><tr>{line}</tr></table></body></html>"


def two_pairs(rows: Rows) -> str:
    """Two labels with their answers in each row."""
    cells = [f"<td><b>{escape(a)}</b></td><td>{_answer(b)}</td>" for a, b in rows]
    lines = "".join(f"<tr>{''.join(cells[at : at + 2])}</tr>" for at in range(0, len(cells), 2))
    return f"<html><body><p>申込書</p><table border=1>{lines}</table></body></html>"


def gmail_lines(rows: Rows) -> str:
    """A div for each line."""
    lines = "".join(f"<div>{escape(a)}：{_answer(b)}</div>" for a, b in rows)
    return f'<div dir="ltr"><div>お世話になっております。</div><div><br></div>{lines}</div>'


def breaks(rows: Rows) -> str:
    """One paragraph with line breaks."""
    lines = "<br>\r\n".join(f"■{escape(a)}：{_answer(b)}" for a, b in rows)
    return f"<HTML><HEAD><TITLE>申込</TITLE></HEAD><BODY><P>{lines}</P></BODY></HTML>"


def apple(rows: Rows) -> str:
    """Apple Mail: divs inside divs, and break elements with a class."""
    lines = "".join(
        f'<div><span style="caret-color: rgb(0, 0, 0);">【{escape(a)}】</span>{_answer(b)}</div>'
        for a, b in rows
    )
    return (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>'
        '<body style="overflow-wrap: break-word;"><div>参加希望です。</div><br class="">'
        f"{lines}</body></html>"
    )


def definition_list(rows: Rows) -> str:
    """dt and dd."""
    lines = "".join(f"<dt>{escape(a)}</dt><dd>{_answer(b)}</dd>" for a, b in rows)
    return f"<html><body><dl>{lines}</dl></body></html>"


def items(rows: Rows) -> str:
    """A numbered list."""
    lines = "".join(f"<li>{escape(a)}：{_answer(b)}</li>" for a, b in rows)
    return f"<html><body><ol>{lines}</ol></body></html>"


def preformatted(rows: Rows) -> str:
    """Plain text in pre."""
    lines = "\n".join(f"{a}: {escape(b)}" for a, b in rows)
    return f"<html><body><pre>{lines}</pre></body></html>"


PAGES: dict[str, Page] = {
    "outlook-table": outlook_table,
    "header-cells": header_cells,
    "labels-above": labels_above,
    "two-pairs": two_pairs,
    "gmail-lines": gmail_lines,
    "breaks": breaks,
    "apple": apple,
    "definition-list": definition_list,
    "items": items,
    "preformatted": preformatted,
}
WORDY = frozenset({"header-cells"})
"""Pages that write more into a label than the label."""


def people_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with a row for each person."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{_answer(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        "<html><body><p>参加者名簿をお送りします。</p>"
        f"<table border=1><tr>{top}</tr>{lines}</table><p>以上です。</p></body></html>"
    )


def nested(rows: Rows) -> str:
    """Tables inside tables, as mail designers make them."""
    cells = "".join(
        f"<tr><td><table><tr><td><b>{escape(a)}</b></td></tr></table></td>"
        f"<td><table><tr><td>{_answer(b)}</td></tr></table></td></tr>"
        for a, b in rows
    )
    return (
        '<html><body><div style="display:none">申込の控え</div>'
        f"<table>{cells}</table></body></html>"
    )


def unclosed(rows: Rows) -> str:
    """Elements that are never closed, in capitals."""
    cells = "".join(f"<TR><TD>{escape(a)}<TD>{_answer(b)}" for a, b in rows)
    return f"<HTML><BODY BGCOLOR=white>申込みます。<TABLE BORDER=1>{cells}</TABLE>"


def in_blockquote(rows: Rows) -> str:
    """Filled in inside a quotation of HTML."""
    lines = "".join(f"<div>【{escape(a)}】{_answer(b)}</div>" for a, b in rows)
    return (
        '<html><body><div dir="ltr">記入しました。</div><br><div class="gmail_quote">'
        '<div dir="ltr" class="gmail_attr">2026年2月9日(月) 10:41 事務局 '
        "&lt;shien@example.jp&gt;:<br></div>"
        f'<blockquote class="gmail_quote" style="margin:0">{lines}</blockquote></div></body></html>'
    )


def entities(rows: Rows) -> str:
    """Every character as a number."""
    lines = "<br>".join(f"{a}：{b}" for a, b in rows)
    told = "".join(f"&#{ord(c)};" if ord(c) > 126 else c for c in lines)
    return f"<html><body>{told}</body></html>"


PAGES |= {
    "nested": nested,
    "unclosed": unclosed,
    "in-blockquote": in_blockquote,
    "entities": entities,
}
