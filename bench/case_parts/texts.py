"""Sentences of five languages with words that are common, rare and unique, the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

LANGUAGES: Final = ("en", "ko", "zh-hans", "it", "pl")
_SHORTEST: Final = 200
_LONGEST: Final = 2_000
_RARE_WORDS: Final = 6_000
_COMMON: Final = {
    "en": "the order payment does not arrive since morning error customer booking menu price restaurant table is wrong"
    " and we cannot cancel gateway answers timeout please check integration feed inventory live status refund invoice",
    "ko": "결제 주문이 오전부터 도착하지 않습니다 오류 고객 예약 메뉴 가격 식당 테이블이 잘못되었습니다 그리고"
    " 취소할 수 없습니다 게이트웨이 응답 시간 초과 확인해 주세요 연동 피드 인벤토리 상태 환불 송장 배송",
    "zh-hans": "支付订单从早上开始没有到达 错误 客户预订 菜单价格 餐厅桌位不正确 而且我们无法取消 网关响应超时"
    " 请检查集成 库存状态 退款 发票 没有更新 配送延迟 系统返回 页面无法打开",
    "it": "il pagamento dell'ordine non arriva da stamattina errore cliente prenotazione menù prezzo ristorante è"
    " sbagliato e non possiamo annullare gateway risponde verificare integrazione inventario stato rimborso fattura",
    "pl": "płatność za zamówienie nie dociera od rana błąd klient rezerwacja menu cena restauracja stolik jest błędny i"
    " nie możemy anulować bramka odpowiada proszę sprawdzić integrację asortyment stan zwrot faktura przesyłka",
}
_SYLLABLES: Final = {
    "en": "ba ce di fo gu ha jo ka le mi no pu ra se ti vo wa xe zi th ing er on al",
    "ko": "가 나 다 라 마 바 사 아 자 차 카 타 파 하 고 노 도 로 모 보 소 오 조 초 코 토 포 호 구 누 두 루 무 부 수",
    "zh-hans": "安 北 城 大 东 发 方 高 工 国 海 和 华 机 家 建 江 金 京 开 科 理 利 林 龙 明 南 平 青 商 上 生 实",
    "it": "ba ca de fi go la mi no pa ro sa to ve zi gli che sta tre one ino ezza ità",
    "pl": "ba cza do fi ga ja ko li mą ni po ru szy ta wie za żo ść ło ów ski rze",
}


@dataclass(frozen=True)
class Words:
    """The words of a language, and how often each is used: the tenth word ten times as seldom as the first."""

    listed: tuple[str, ...]
    weights: tuple[float, ...]

    def some(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.listed, cum_weights=self.weights, k=count)


def words_of(language: str, chance: random.Random) -> Words:
    """Return the words of a language: some fifty common ones, thousands of rare ones, codes of errors."""
    syllables = _SYLLABLES[language].split()
    rare = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(_RARE_WORDS)]
    codes = [f"{chance.choice(('HTTP', 'ERR_', 'TIMEOUT_', 'v1.'))}{chance.randrange(1000)}" for _ in range(300)]
    listed = (*_COMMON[language].split(), *rare, *codes)
    return Words(listed, tuple(accumulate(1 / place for place in range(1, len(listed) + 1))))


def text(words: Words, chance: random.Random) -> str:
    """Return some sentences, 200 to 2,000 bytes, short ones more often."""
    size = int(_SHORTEST * (_LONGEST / _SHORTEST) ** chance.random())
    found, length = [], 0
    while length < size:
        sentence = " ".join(words.some(chance, chance.randint(5, 14))) + "."
        found.append(sentence)
        length += len(sentence.encode()) + 1
    return " ".join(found)


def title(words: Words, chance: random.Random) -> str:
    return " ".join(words.some(chance, chance.randint(3, 8)))[:200].capitalize()
