"""Mask what names or reaches a person, before words are kept or passed on (field.md h, 4).

What stays is enough to see what stood there, not to use it:

    13812345678          138****5678    mobile; also with +86, spaces or hyphens
    610104199001011234   61****         identity number: its province
    6222021234567890123  ****0123       bank card, or any other run of 15 to 19 digits
    029-87654321         029-****       land-line: its area code
    lin@qq.com           l***@qq.com    mail
    QQ 12345678          QQ ****        QQ, WeChat: the word before it
    陕A12345             陕A****        number plate
    我叫李小明           我叫**         name
    王女士, 李大爷       *女士, *大爷   name with how he is called; 张师傅修车铺 is a place and stays
    联系李明 13812345678 联系** 138****5678 name right before a number, behind 联系, 业主, 我是

Ticket numbers and 19-digit case codes are no personal data and stay. Masking twice changes nothing more.
"""

import re
import unicodedata
from collections.abc import Callable, Container

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙陶贺毛郝顾龚邵万覃武钱戴严莫孔汤常温康施文牛樊葛邢安齐易乔伍庞颜庄聂章鲁岳翟殷"
    "詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤"
    "劉陳楊黃趙吳孫馬羅鄭謝許韓鄧馮蕭葉魏蘇呂盧鍾陸賈鄒邱閻賀顧龔萬錢戴嚴湯齊喬龐顏莊聶歐關蘭寧紀單季畢駱藍華龍雲"
)
COMPOUND = "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|皇甫|尉迟|尉遲|公孙|公孫|慕容|令狐|长孙|長孫|宇文|司徒|夏侯"
# Characters that end a name rather than belong to it: 我叫李明住三楼.
NOT_IN_NAME = "住在是的了我你他她它今家从從电電手这這那，。,.!！?？、;；:：和跟与與同被把要想有没沒去来來到刚剛就也都请"
GIVEN = rf"[^\W\dA-Za-z_{NOT_IN_NAME}]"

TITLE = (
    "女士|先生|小姐|太太|同志|老师|老師|师傅|師傅|大爷|大爺|大妈|大媽|大娘|大叔|大婶|大姐|大哥|阿姨|叔叔|伯伯|老伯|老汉"
    "|奶奶|爷爷|爺爺|婆婆|老太太|老太|大夫|医生|醫生"
)
# Surnames that end no common word and so are seen in the middle of a line; the others only at the head of a name.
PLAIN = "王李张陈刘赵吴孙徐朱胡郭罗郑梁宋唐韩邓曹彭曾肖董袁潘蔡張陳劉趙吳孫羅鄭韓鄧董"
# Those end a word even there: 门房大爷, 对方师傅, 老路.
NEVER_INSIDE = "路房庄莊管方关關常程康任安全"
# What may stand right before a name in running words; else only the beginning, a number or a sign may.
BEFORE_NAME = "是找叫有和跟与與给給让请請问問对的位个壁居上门主户戶东机洁室号楼层栋元院村里家岁被把为说系人"
# What the second or third character of a name before a title or a number is not: 高一老师, 路对面大爷, 石凳上.
NO_GIVEN = (
    "一二三四五六七八九十百年级級天日月上下边邊面里裡口旁前后後中外处處对對谢謝员員工理帽钟鐘"
    "老路街巷道村庄莊店站桥橋门門楼樓院区區园園城厦廈场場所局坊苑府湖河山寺庙廟号號"
)
# 张师傅修车铺, 王阿姨早餐店: a place that bears a name.
SHOP = "店|铺|鋪|馆|館|摊|攤|坊|超市|诊所|班|厂|公司|火锅|烧烤|早点|早餐|包子|修车|修鞋|理发|开锁"

HAN = "\u4e00-\u9fff"
NAMED = rf"[^\W\dA-Za-z_{NOT_IN_NAME}{NO_GIVEN}]"

DIGIT = "0-9０-９"
HAN_DIGIT = "零〇一二三四五六七八九幺"
GAP = r"[ \-－—.·]?"
# Not in the middle of a longer number, and not behind stars: what a first masking left is left alone by a second.
ALONE = rf"(?<![{DIGIT}*])"
ENDED = rf"(?![{DIGIT}])"
LATIN = "A-Za-zＡ-Ｚａ-ｚ"

# In the order they are tried at one place.
PATTERNS = {
    # Two that stay come first, so that nothing below can take a part of them.
    "ticket": rf"(?<![{LATIN}{DIGIT}])[#＃]?[{LATIN}]{{2,4}}[{DIGIT}]{{10,18}}(?![{LATIN}{DIGIT}])",
    "case": rf"{ALONE}[1-8]\d{{5}}20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{5}}{ENDED}",
    "mail": (
        r"(?<![A-Za-z0-9*@._%+-])[A-Za-z0-9._%+-][A-Za-z0-9*._%+-]{0,63}"
        r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
    ),
    "chat": (
        r"(?P<chat_word>(?:(?<![A-Za-z])(?i:qq|vx|wx|wechat|weixin)|扣扣|企鹅号|微信|薇信|威信|[加＋+]\s?[vV]|[vV]信)"
        rf"(?:号码|号|號|群|是|为|為|(?i:id)|[:：\s])*)"
        rf"(?:[A-Za-z][-_A-Za-z0-9]{{5,19}}|[{DIGIT}]{{5,13}})(?![-_A-Za-z0-9])"
    ),
    "identity": rf"(?<![{DIGIT}{LATIN}*])[1-9１-９][{DIGIT}]{{16}}[{DIGIT}XxＸｘ](?![{DIGIT}{LATIN}])",
    "mobile": (
        rf"{ALONE}(?:[+＋]?(?:86|８６){GAP})?[1１][3-9３-９][{DIGIT}]{GAP}[{DIGIT}]{{4}}{GAP}[{DIGIT}]{{4}}{ENDED}"
    ),
    "spoken": rf"(?<![{HAN_DIGIT}*])[一幺][{HAN_DIGIT}]{{10}}(?![{HAN_DIGIT}])",
    "card": rf"{ALONE}(?:[{DIGIT}]{{15,19}}|[{DIGIT}]{{4}}(?:[ -][{DIGIT}]{{4}}){{3}}(?:[ -][{DIGIT}]{{1,3}})?){ENDED}",
    "landline": rf"{ALONE}[(（]?(?P<area>[0０][{DIGIT}]{{2,3}})[)）]?{GAP}[{DIGIT}]{{7,8}}{ENDED}",
    "local": (
        rf"(?P<local_word>(?:电话|電話|座机|座機|(?i:tel))(?:号码|是|为|[:：\s])*)[2-8２-８][{DIGIT}]{{6,7}}{ENDED}"
    ),
    "plate": (
        r"(?P<plate_start>[京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊使][A-Za-z])"
        r"[·•\s-]?(?=[A-Za-z0-9]*[0-9])(?:[A-Za-z0-9]{5,6}|[A-Za-z0-9]{4}[挂学學警港澳])(?![A-Za-z0-9@])"
    ),
    "titled": (
        rf"(?:(?:(?<![{HAN}])(?:{COMPOUND}|[{SURNAMES}])|(?<=[{BEFORE_NAME}])(?:{COMPOUND}|(?![{NEVER_INSIDE}])[{SURNAMES}]))"
        rf"{NAMED}{{0,2}}|(?<=[小老])[{SURNAMES}]|[{PLAIN}])(?P<title>{TITLE})(?![^\s，。,.!！?？在到去说被把]{{0,5}}(?:{SHOP}))"
    ),
    "numbered": (
        rf"(?P<number_of>(?:联系|聯繫|找|业主|户主|住户|房东|车主|老板|本人|我是)[:：\s]?)(?:{COMPOUND}|[{SURNAMES}]){NAMED}{{1,2}}"
        rf"(?P<number_word>[:：，,\s]{{0,2}}(?:的)?(?:电话|電話|手机|手機|联系方式|号码)?[:：\s]{{0,3}})"
        rf"(?=[+＋1１][\d*３-９-]{{2}})"
    ),
    "name": (
        r"(?P<name_word>(?:我叫|我名叫|我的名字叫|我的名字是|姓名|联系人|聯繫人)(?:是|[:：\s])*)"
        rf"(?:(?:{COMPOUND})|[{SURNAMES}]){GIVEN}{{1,2}}"
    ),
}
PERSONAL = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS.items()))
KEPT = frozenset({"ticket", "case"})
"""Kinds that are no personal data."""


def mask(text: str) -> str:
    """The text with personal data masked as in the table above; everything else unchanged, character for character."""
    # What is left of one may, beside its neighbours, be found as another: until nothing more is found.
    while (masked := PERSONAL.sub(_masked, text)) != text:
        text = masked
    return text


def personal_in(text: str, kept: Container[str] = KEPT) -> list[tuple[int, int, str]]:
    """Where personal data stands, from and to, and what is to stand there instead, at a first look; see `mask`.
    kept: kinds that stay."""
    found = ((*one.span(), _masked(one)) for one in PERSONAL.finditer(text) if one.lastgroup not in kept)
    return [(start, end, masked) for start, end, masked in found if text[start:end] != masked]


def _masked(found: re.Match[str]) -> str:
    for kind, masked in MASKS.items():
        if found[kind] is not None:
            return masked(found)
    return found[0]


def _ends(found: re.Match[str], head: int, tail: int) -> str:
    kept = [character for character in unicodedata.normalize("NFKC", found[0]) if character.isalnum()]
    return "".join(kept[:head]) + "****" + "".join(kept[len(kept) - tail :])


def _mobile(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", found["mobile"]))[-11:]
    return f"{digits[:3]}****{digits[-4:]}"


def _mail(found: re.Match[str]) -> str:
    name, _, server = found["mail"].partition("@")
    return f"{name[0]}***@{server}"


# A ticket number and a case code are not listed: they stay.
MASKS: dict[str, Callable[[re.Match[str]], str]] = {
    "mail": _mail,
    "chat": lambda found: found["chat_word"] + "****",
    "identity": lambda found: _ends(found, 2, 0),
    "mobile": _mobile,
    "spoken": lambda found: _ends(found, 3, 4),
    "card": lambda found: _ends(found, 0, 4),
    "landline": lambda found: found["area"] + "-****",
    "local": lambda found: found["local_word"] + "****",
    "plate": lambda found: found["plate_start"] + "****",
    "titled": lambda found: "*" + found["title"],
    "numbered": lambda found: found["number_of"] + "**" + found["number_word"],
    "name": lambda found: found["name_word"] + "**",
}
