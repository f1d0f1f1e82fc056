"""Which scripts a text is written in, and the languages that a script gives away.

Ranges are Unicode's blocks (https://www.unicode.org/Public/UNIDATA/Blocks.txt), names are ISO 15924's.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from typing import Final

JAPANESE_KANA: Final = 0.1
"""Share of kana among ideographs and kana from which a text is Japanese: real Japanese has a half, its headlines a quarter;
Chinese that quotes a Japanese name stays below."""
SYLLABLE_LETTERS: Final = 3
"""An ideograph, kana or Hangul syllable says as much as three letters of an alphabet."""
LAST_LATIN: Final = "\u02ff"
"""Beyond it vowel signs (Devanagari, Thai, Arabic) are characters of their own, and count like letters."""
OTHER: Final = "Zyyy"
"""Letters of a script that is not in the table."""

_RANGES: Final = (
    (0x0041, 0x024F, "Latn"), (0x0370, 0x03FF, "Grek"), (0x0400, 0x052F, "Cyrl"), (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"), (0x0600, 0x06FF, "Arab"), (0x0750, 0x077F, "Arab"), (0x08A0, 0x08FF, "Arab"),
    (0x0900, 0x097F, "Deva"), (0x0980, 0x09FF, "Beng"), (0x0A00, 0x0A7F, "Guru"), (0x0A80, 0x0AFF, "Gujr"),
    (0x0B00, 0x0B7F, "Orya"), (0x0B80, 0x0BFF, "Taml"), (0x0C00, 0x0C7F, "Telu"), (0x0C80, 0x0CFF, "Knda"),
    (0x0D00, 0x0D7F, "Mlym"), (0x0D80, 0x0DFF, "Sinh"), (0x0E00, 0x0E7F, "Thai"), (0x0E80, 0x0EFF, "Laoo"),
    (0x0F00, 0x0FFF, "Tibt"), (0x1000, 0x109F, "Mymr"), (0x10A0, 0x10FF, "Geor"), (0x1100, 0x11FF, "Hang"),
    (0x1200, 0x139F, "Ethi"), (0x1780, 0x17FF, "Khmr"), (0x1E00, 0x1EFF, "Latn"), (0x1F00, 0x1FFF, "Grek"),
    (0x3005, 0x3007, "Hani"), (0x3040, 0x30FF, "Kana"), (0x3130, 0x318F, "Hang"), (0x3400, 0x4DBF, "Hani"),
    (0x4E00, 0x9FFF, "Hani"), (0xAC00, 0xD7AF, "Hang"), (0xF900, 0xFAFF, "Hani"), (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFF, "Arab"), (0xFF66, 0xFF9D, "Kana"), (0x20000, 0x3134F, "Hani"),
)  # fmt: skip
_STARTS: Final = tuple(start for start, _, _ in _RANGES)
_WEIGHTS: Final = {"Hani": SYLLABLE_LETTERS, "Kana": SYLLABLE_LETTERS, "Hang": SYLLABLE_LETTERS}

_LANGUAGES: Final = {
    "Jpan": "ja", "Hang": "ko", "Thai": "th", "Grek": "el", "Hebr": "he", "Armn": "hy", "Geor": "ka", "Laoo": "lo",
    "Khmr": "km", "Mymr": "my", "Sinh": "si", "Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml", "Gujr": "gu",
    "Guru": "pa", "Orya": "or", "Tibt": "bo", "Ethi": "am",
}  # fmt: skip

# Characters of everyday Chinese whose two forms differ, the forms in the same order; pairs whose simplified form is at home in
# traditional text too (as in 公里) are left out.
_SIMPLIFIED: Final = frozenset(
    "们这国来时说会为对发经过学实现开关电见长问间车东马书话请让谁语读认识记设许论证评该课调谈谢护报业产亲从众优传伤价体个义乐"
    "习乡买卖乱争亏亚仅仓仪侧债倾储儿党兰兴养兽军农决况净减击则刚创删别剂剑剧劝办务动励劳势医华协单卫历压厂厅县参双变叙号吗员"
    "听响团园围图圆圣场坏块坚坛垒处备复头夹夺奋奖妇妈孙宁宝审宪宾导将尔尘尝层属岁岛岗币师带帮广庄庆库应庙废归录当忆态总恋恶惊"
    "惯愿战户扑执扩扫扬抚抢担拥择挂挤挥损换据摄数断无旧显晓暂术机杀杂权条极构枪标样树桥检楼欢欧残毁气汉汤沟没泪泽洁测济浓涨渐"
    "温湾满灭灯灵灾炉点炼烂热爱爷状独环画疗疯监盖盘矿码确离种称稳穷竞笔签简类粮紧红纪约级纯纲纳纸线练组细终绍结给络绝统继绩续"
    "维综绿编缘网罗罚职联胜脏脑脸脱舰艺节苏药营虑虽补装规视览觉触计订讨训讯讲访诉词试诗详误负财责败货质贩贵费资赛赢赶趋跃转轮"
    "软轻载较辆输边达迁运还进远违连迟选适邮释针钟钢钱铁银错锁镇门闭闻阳阴阵阶际陆陈险随难雾静韩页项顺须顾顿预领频题颜风飞饭饮"
    "馆驻驾验骗鱼鸟鸡麦龙龟齐"
)
_TRADITIONAL: Final = frozenset(
    "們這國來時說會為對發經過學實現開關電見長問間車東馬書話請讓誰語讀認識記設許論證評該課調談謝護報業產親從眾優傳傷價體個義樂"
    "習鄉買賣亂爭虧亞僅倉儀側債傾儲兒黨蘭興養獸軍農決況淨減擊則剛創刪別劑劍劇勸辦務動勵勞勢醫華協單衛歷壓廠廳縣參雙變敘號嗎員"
    "聽響團園圍圖圓聖場壞塊堅壇壘處備復頭夾奪奮獎婦媽孫寧寶審憲賓導將爾塵嘗層屬歲島崗幣師帶幫廣莊慶庫應廟廢歸錄當憶態總戀惡驚"
    "慣願戰戶撲執擴掃揚撫搶擔擁擇掛擠揮損換據攝數斷無舊顯曉暫術機殺雜權條極構槍標樣樹橋檢樓歡歐殘毀氣漢湯溝沒淚澤潔測濟濃漲漸"
    "溫灣滿滅燈靈災爐點煉爛熱愛爺狀獨環畫療瘋監蓋盤礦碼確離種稱穩窮競筆簽簡類糧緊紅紀約級純綱納紙線練組細終紹結給絡絕統繼績續"
    "維綜綠編緣網羅罰職聯勝髒腦臉脫艦藝節蘇藥營慮雖補裝規視覽覺觸計訂討訓訊講訪訴詞試詩詳誤負財責敗貨質販貴費資賽贏趕趨躍轉輪"
    "軟輕載較輛輸邊達遷運還進遠違連遲選適郵釋針鐘鋼錢鐵銀錯鎖鎮門閉聞陽陰陣階際陸陳險隨難霧靜韓頁項順須顧頓預領頻題顏風飛飯飲"
    "館駐駕驗騙魚鳥雞麥龍龜齊"
)


def letters_by_script(text: str) -> dict[str, int]:
    """How many letters of each script a text holds, syllables and ideographs counted for what they say.

    Ideographs of a text with enough kana are Japanese ("Jpan"), kana of a text with little is a name in Chinese ("Hani").

    >>> letters_by_script("Ein Wort, 12 слова"), letters_by_script("雨の日"), letters_by_script("123 !?")
    ({'Latn': 7, 'Cyrl': 5}, {'Jpan': 9}, {})
    """
    found: dict[str, int] = {}
    for char, count in Counter(text).items():
        if script := _script(char):
            found[script] = found.get(script, 0) + count * _WEIGHTS.get(script, 1)
    kana, ideographs = found.pop("Kana", 0), found.pop("Hani", 0)
    if kana or ideographs:
        found["Jpan" if kana >= JAPANESE_KANA * (kana + ideographs) else "Hani"] = kana + ideographs
    return found


@lru_cache(maxsize=8_192)
def _script(char: str) -> str | None:
    """The script of a letter or a vowel sign; None for any other character."""
    if not char.isalpha() and not (char > LAST_LATIN and unicodedata.category(char)[0] == "M"):
        return None
    code = ord(char)
    place = bisect_right(_STARTS, code) - 1
    if place >= 0 and code <= _RANGES[place][1]:
        return _RANGES[place][2]
    return OTHER


def script_language(script: str) -> str | None:
    """The language of a script that is written for one language only, or for one above all others.

    Harm: Yiddish in Hebrew letters and Tigrinya in Ethiopic ones are named after the larger language; no detector at hand
    knows them.

    >>> script_language("Hang"), script_language("Latn")
    ('ko', None)
    """
    return _LANGUAGES.get(script)


def chinese_tag(text: str) -> str:
    """Chinese by its characters: simplified, traditional, or plain "zh" where none of them tells.

    >>> chinese_tag("他们说这是我们的国家"), chinese_tag("他們說這是我們的國家"), chinese_tag("大人")
    ('zh-Hans', 'zh-Hant', 'zh')
    """
    simplified = sum(map(_SIMPLIFIED.__contains__, text))
    traditional = sum(map(_TRADITIONAL.__contains__, text))
    if simplified == traditional:
        return "zh"
    return "zh-Hans" if simplified > traditional else "zh-Hant"
