"""Who applies: invented people, in invented offices, with the spellings that break programs.

All municipalities are invented unless their name is the point of a case.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

FIELDS = (
    "name", "name_kana", "organization", "department", "position", "prefecture", "email", "phone",
    "category",
)  # fmt: skip
WORDS = {
    "sc": "生活支援コーディネーター",
    "gov": "行政・自治体関係者",
    "npo": "NPO・ボランティア団体等",
    "coop_shakyo": "生協・農協・社協等",
    "other": "その他",
}
"""How the kinds of applicants are called in a mail."""


@dataclass(frozen=True, slots=True)
class Person:
    """One participant, as the register shall hold them."""

    name: str
    name_kana: str
    organization: str
    prefecture: str
    email: str
    phone: str
    category: str | None
    department: str | None = None
    position: str | None = None

    def but(self, **changes: str | None) -> Person:
        """The same with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields above

    def expected(self, **changes: Any) -> dict[str, Any]:
        """As it shall be read."""
        told = asdict(self)
        return {name: told[name] for name in FIELDS} | changes


PEOPLE: tuple[Person, ...] = (
    Person("高瀬 美和", "タカセ ミワ", "社会福祉法人みどりが丘市社会福祉協議会", "千葉県",
           "m.takase@example.jp", "043-000-2101", "sc", "地域福祉課",
           "第1層生活支援コーディネーター"),
    Person("髙橋 誠一", "タカハシ セイイチ", "ひばり町社会福祉協議会", "岩手県",
           "takahashi-s@example.jp", "019-000-2102", "coop_shakyo", None, "事務局長"),
    Person("山﨑 結衣", "ヤマザキ ユイ", "しらかば市役所", "北海道",
           "yamazaki.yui@example.jp", "0123-00-2103", "gov", "高齢福祉課", "主事"),
    Person("\ufa19谷 敬子", "カミヤ ケイコ", "特定非営利活動法人ささえあいの輪", "兵庫県",
           "kamiya@example.org", "078-000-2104", "npo", None, "理事"),
    Person("𠮷田 健", "ヨシダ ケン", "あかしや生活協同組合", "大阪府",
           "yoshida.ken@example.com", "06-0000-2105", "coop_shakyo", "福祉事業部", None),
    Person("佐藤 サラ", "サトウ サラ", "ボランティアグループたんぽぽ", "東京都",
           "sarah.sato@example.com", "090-0000-2106", "npo"),
    Person("大野 洋一郎", "オオノ ヨウイチロウ", "つくし野町地域包括支援センター", "茨城県",
           "ohno-y@example.jp", "029-000-2107", "sc", None, "第2層生活支援コーディネーター"),
    Person("グエン・ティ・ラン", "グエン ティ ラン", "NPO法人ことばの橋", "愛知県",
           "lan@example.org", "052-000-2108", "npo"),
    Person("小鳥遊 一", "タカナシ ハジメ", "社会福祉法人うぐいす会", "群馬県",
           "takanashi@example.jp", "027-000-2109", "other", "地域支援室", "室長"),
    Person("渡邊 文乃", "ワタナベ アヤノ", "もみじ農業協同組合", "広島県",
           "watanabe-ayano@example.jp", "082-000-2110", "coop_shakyo", "くらしの活動課", "係長"),
    Person("邊見 和", "ヘンミ ヤマト", "さざなみ村役場", "沖縄県",
           "henmi@example.jp", "098-000-2111", "gov", "保健福祉課", "課長補佐"),
    Person("長谷川 ジョン", "ハセガワ ジョン", "一般社団法人ふるさと応援団", "福島県",
           "john.h@example.com", "080-0000-2112", "npo", None, "代表理事"),
    Person("二階堂 ゆり子", "ニカイドウ ユリコ", "かえで市社会福祉協議会", "富山県",
           "nikaido@example.jp", "076-000-2113", "sc", "ボランティアセンター", "主任"),
    Person("森 保", "モリ タモツ", "いちょう町役場", "奈良県",
           "mori.t@example.jp", "0742-00-2114", "gov", "長寿介護課", "係長"),
    Person("五十嵐 凜", "イガラシ リン", "すみれ市社会福祉協議会", "山形県",
           "igarashi@example.jp", "023-000-2115", "coop_shakyo", "総務課", None),
    Person("德永 真由美", "トクナガ マユミ", "㈱くらしサポート", "福岡県",
           "tokunaga@example.com", "092-000-2116", "other", None, "取締役"),
    Person("李 美玲", "リ ミレイ", "公益財団法人つながり財団", "神奈川県",
           "li.meiling@example.org", "045-000-2117", "npo", "事業推進課", None),
    Person("柊木 蓮", "ヒイラギ レン", "社会福祉法人なでしこ市社会福祉協議会", "熊本県",
           "hiiragi@example.jp", "096-000-2118", "sc", None, "地域支え合い推進員"),
    Person("久保田 ひろし", "クボタ ヒロシ", "自治会連合会", "静岡県",
           "kubota@example.jp", "054-000-2119", "other", None, "会長"),
    Person("東海林 太一", "ショウジ タイチ", "あやめ町社会福祉協議会", "秋田県",
           "shoji@example.jp", "018-000-2120", "sc", "生活支援係", "生活支援コーディネーター"),
    Person("勅使河原 花", "テシガワラ ハナ", "りんどう市役所", "長野県",
           "teshigawara@example.jp", "026-000-2121", "gov", "地域共生推進室", "会計年度任用職員"),
    Person("鬼頭 晋太郎", "キトウ シンタロウ", "労働者協同組合みんなの手", "岐阜県",
           "kito@example.org", "058-000-2122", "npo", None, None),
    Person("平良 海斗", "タイラ カイト", "珊瑚町社会福祉協議会", "沖縄県",
           "taira@example.jp", "0980-00-2123", "coop_shakyo", None, "福祉活動専門員"),
    Person("間 あずさ", "ハザマ アズサ", "こぶし市社会福祉協議会", "宮城県",
           "hazama@example.jp", "022-000-2124", "sc", "地域福祉係", "第１層ＳＣ"),
)  # fmt: skip
MIWA, SEIICHI, YUI, KEIKO, KEN, SARAH, YOICHIRO, LAN, HAJIME, AYANO, YAMATO, JOHN = PEOPLE[:12]
YURIKO, TAMOTSU, RIN, MAYUMI, MEILING, REN, HIROSHI, TAICHI, HANA, SHINTARO, KAITO, AZUSA = PEOPLE[
    12:
]

_CALLS = (
    "miwa seiichi yui keiko ken sarah yoichiro lan hajime ayano yamato john "
    "yuriko tamotsu rin mayumi meiling ren hiroshi taichi hana shintaro kaito azusa"
)
BY_CALL = dict(zip(_CALLS.split(), PEOPLE, strict=True))
"""By how a friend would call them."""


def unsaid(person: Person) -> tuple[str | None, ...]:
    """The kinds that may be given to someone who did not name theirs."""
    likely = {None, person.category}
    if any(word in (person.position or "") for word in ("コーディネーター", "推進員", "ＳＣ")):
        likely.add("sc")
    organization = person.organization
    if any(word in organization for word in ("社会福祉協議会", "協同組合")):
        likely.add("coop_shakyo")
    if organization.endswith(("役所", "役場")):
        likely.add("gov")
    if any(word in organization for word in ("NPO", "非営利", "ボランティア", "法人", "労働者")):
        likely.add("npo")
    return tuple(sorted(likely, key=lambda kind: kind or ""))
