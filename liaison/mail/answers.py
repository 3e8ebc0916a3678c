"""What somebody answered by mail: the first line of their own, and whether it says yes. Pure.

When in doubt it does not count: then the next people are called, which costs them sleep and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from liaison.lib.text import fold

_LONGEST: Final = 16 * 1024
_LONGEST_LINE: Final = 300

# Where the words of somebody else begin. Mail programs write this line in the language of their user.
_QUOTE_BEGINS: Final = re.compile(
    r"(?:-{2,}\s*)?(?:original message|forwarded message|원본 (?:메시지|메일)|原始邮件|原邮件|转发的邮件"
    r"|messaggio originale"
    r"|messaggio inoltrato|wiadomość oryginalna|oryginalna wiadomość|przekazana wiadomość)"
    r"|_{10,}$"
    r"|on\b.{3,200}\bwrote ?:?$"
    r"|\d{4}년 .{3,200}(?:작성|님이 쓴|wrote).{0,10}$|.{3,200}님이 작성(?:한|하신)? ?(?:메일|내용)? ?:?$"
    r"|.{3,200}(?:写道|写信|寫道) ?[:：]?$|于\s?\d{4}年.{3,200}$|在 ?\d{4}.{3,200}$"
    r"|il (?:giorno )?.{3,200}ha scritto ?:?$"
    r"|(?:w dniu |dnia )?.{3,200}(?:napisał\(a\)|napisała|napisał|pisze) ?:?$"
    r"|(?:from|sent|to|subject|보낸 ?사람|보낸 ?날짜|받는 ?사람|제목|发件人|发送时间|收件人|主题"
    r"|da|inviato|a|oggetto|od|wysłano|do|temat)"
    r" ?[:：] ?\S.*$",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(
    r"--$|sent from my |get outlook for |나의 \S+에서 보냄|发自我的|从我的\S+发送|inviato da(?:l mio| )|wysłane z ",
    re.IGNORECASE,
)
_LATIN: Final = (
    "ack", "acked", "acknowledge", "acknowledged", "ok", "okay", "okey", "yes", "yep", "taken", "taking it", "got it",
    "on it", "i have it", "i've got it", "i take it", "i am on it", "i'm on it", "confirmed", "confirm",
    "preso", "presa", "preso in carico", "lo prendo io", "ricevuto", "ricevuta", "confermo", "confermato", "sì",
    "va bene",
    "przyjęto", "przyjąłem", "przyjęłam", "przyjmuję", "potwierdzam", "potwierdzone", "biorę", "biorę to", "mam to",
    "zajmuję się", "tak",
)  # fmt: skip
_CJK: Final = (
    "인지", "확인", "접수", "제가 처리", "제가 맡", "처리하겠",
    "认领", "收到", "确认", "我来", "我来处理", "已接手", "接手", "好的", "是的", "知道了",
)  # fmt: skip
_YES: Final = re.compile(
    r"(?:"
    + "|".join(re.escape(fold(word)) for word in sorted(_LATIN, key=len, reverse=True))
    + r")(?![\w'’])|(?:"
    + "|".join(re.escape(fold(word)) for word in sorted(_CJK, key=len, reverse=True))
    + r")|(?:네|넵|예)(?![가-힣])"
)
_NO: Final = re.compile(
    r"\b(?:not|no|never|cannot|can't|can’t|won't|won’t|don't|don’t|isn't|isn’t|unable|wrong|unsubscribe"
    r"|nope|nobody|but|however|someone else|somebody else|out of (?:the )?office)\b"
    r"|\b(?:non|mai|impossibile|ma|però|nessuno|fuori (?:sede|ufficio))\b"
    r"|\b(?:nie|nigdy|ale|lecz|nikt|poza biurem)\b"
    r"|불가|못|않|안 |안[되됩돼됨됐된]|아[니닙님닌닐]|없|지만|그러나|부재|不|没|沒|未|无法|別|别|但"
)
_DOUBT: Final = re.compile(r"[?？]")
_AROUND: Final = " \t*_~`'\"“”‘’«»([{<-–—•·.:!…,"


def first_words(text: str) -> str:
    """Return the first line of the writer's own, above or below what is quoted; empty where there is none."""
    quoted = announced = False
    for line in _lines(text[:_LONGEST]):
        if line.startswith(">"):
            quoted = True
        elif _SIGNATURE.match(line):
            return ""
        elif _QUOTE_BEGINS.match(line):
            announced = True
        elif announced and not quoted:
            return ""  # words of somebody else that no mark sets apart
        else:
            return line
    return ""


def says_yes(line: str) -> bool:
    """Say whether a line begins with a word that takes it, and neither denies nor asks anything."""
    words = own_words(line)
    return bool(_YES.match(words)) and not denies_or_asks(words)


def own_words(line: str) -> str:
    """Return the words of a line as they are compared: folded, without what stands around them."""
    return fold(line).lstrip(_AROUND)


def denies_or_asks(words: str) -> bool:
    """Say whether words, folded, deny or ask anything."""
    return bool(_NO.search(words) or _DOUBT.search(words))


def _lines(text: str) -> Iterator[str]:
    """Return the lines with something in them, marks without width left out."""
    for line in text.splitlines():
        clean = "".join(character for character in line if character.isprintable()).strip()
        if clean:
            yield clean[:_LONGEST_LINE]
