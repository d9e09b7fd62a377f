"""Sentences beside an answer in other languages than English that speak against it."""

from __future__ import annotations

import re

from interlab.queries.answers.beside import numbers_of
from interlab.queries.answers.held import Held
from interlab.queries.answers.units import words_of

# fmt: off
_LATIN = {
    "de": "der|die|das|und|ist|nicht|ein|eine|einen|ich|sie|es|wenn|mit|für|auf|"
          "den|dem|von|zu|hier|wird|sind|noch|aber|bitte|wurde|im|kein|keine|alter|wert",
    "fr": "le|la|les|l|un|une|des|du|et|est|sont|ne|pas|je|vous|il|elle|"
          "avec|pour|dans|sur|ce|cette|c|qu|que|qui|mais|voici|aux|s|d|j|n|été",
    "es": "el|la|los|las|un|una|y|es|son|no|se|con|para|por|en|"
          "de|del|que|pero|aquí|está|este|esta|tienes|su|le|al|lo|más|he|si",
    "it": "il|lo|la|i|gli|le|un|una|e|è|sono|non|con|per|di|del|"
          "della|che|ma|ecco|questo|questa|l|nel|ho|se|si|più|al|da|dell|era",
    "pt": "o|a|os|as|um|uma|e|é|são|não|com|para|por|de|do|da|"
          "que|mas|aqui|está|este|esta|seu|sua|no|na|ao|se|eu|foi|pelos|pelo|mais",
    "nl": "de|het|een|en|is|niet|ik|je|u|met|voor|op|van|"
          "dat|maar|hier|dit|deze|zijn|als|naar|wel|nog|er|geen|om|te",
    "sv": "och|är|inte|jag|en|ett|det|den|som|med|för|på|av|men|här|du|om|att|har|till|detta",
    "da": "og|er|ikke|jeg|en|et|det|den|som|med|for|på|af|men|her|du|hvis|at|har|til|dette",
    "pl": "i|jest|nie|to|się|z|na|w|do|że|ale|dla|oto|jak|są|czy|proszę|tylko|ten|ta|te|może",
    "tr": "ve|bir|bu|değil|için|ama|ile|da|de|ne|mi|çok|olarak|işte|lütfen|sadece|olan|ben",
    "cs": "a|je|není|to|se|z|na|v|do|že|ale|pro|jak|jsou|prosím|jen|ten|ta|zde|nebo",
    "fi": "ja|on|ei|se|tämä|tässä|että|mutta|kun|jos|olen|vain|ole|oli|ovat",
    "hu": "és|a|az|egy|nem|ez|hogy|de|itt|van|ha|csak|kérem|is|volt|ami",
    "ro": "și|este|nu|un|o|la|cu|pentru|din|dar|aici|sunt|dacă|am|iată|mai|care",
}
# fmt: on
_ENGLISH = frozenset(
    words_of(
        "the a an is are was were and of to in it this that for on with as be not you i he she they we but from by at "
        "or have has had your my its there here what which no so do me one all said did if than then who how when "
        "nobody any can will would am voting way only just also his her their our us them out up more most some"
    )
)
_SHARED = frozenset(words_of("is in an on me so do no a as to at of was am will"))
"""Words of English that are words of other languages as well."""
_FUNCTION = {name: frozenset(words.split("|")) - _ENGLISH for name, words in _LATIN.items()}
_RISKS = re.compile(
    r"(?<!\w)(?:"
    # German
    r"wirklich\w*|verdader\w+|real|reale|vero|vera|vrai\w*|réel\w*|echte?r?|nicht|kein\w*|nie|vielleicht|"
    r"wahrscheinlich|vermut\w+|womöglich|möglicherweise|ungefähr|etwa|circa|zirka|rund|geschätzt\w*|schätz\w+|"
    r"geraten|annahme\w*|angenommen|annehm\w+|beispiel\w*|"
    r"platzhalter\w*|muster\w*|vorlage\w*|entwurf\w*|vorläufig\w*|falsch\w*|fehler\w*|irrtum|irrtümlich|geirrt|"
    r"verwechsel\w+|vertauscht|korrektur\w*|korrigier\w+|eigentlich|stattdessen|statt|"
    r"sondern|ersetz\w+|änder\w+|geändert|ergänz\w+|füg\w+|streich\w+|lösch\w+|ignorier\w+|entschuldig\w+|verzeih\w+|"
    r"unsicher|unklar|zweifel\w*|unleserlich|erfunden\w*|ausgedacht|willkürlich\w*|"
    r"veraltet\w*|überholt|fehlt|fehlen|vergess\w+|oder|bzw|könnte\w*|dürfte\w*|müsste\w*|sollte\w*|soll|muss|doch|"
    r"mist|nein|falls|sofern|unter\s+vorbehalt|ohne\s+gewähr|aber|tragen|setzen|nehmen|lesen|"
    # French
    r"pas|jamais|aucun\w*|peut-être|probablement|sans\s+doute|environ|approximati\w+|à\s+peu\s+près|estim\w+|"
    r"suppos\w+|hypothè\w+|devin\w+|exemple\w*|fictif\w*|fictive\w*|modèle|brouillon|provisoire\w*|"
    r"faux|fausse\w*|erreur\w*|erroné\w*|tromp\w+|inexact\w*|correct\w+|corrig\w+|rectific\w+|plutôt|remplac\w+|"
    r"chang\w+|modifi\w+|ajout\w+|supprim\w+|ignor\w+|désolé\w*|pardon|excus\w+|incertain\w*|"
    r"douteu\w+|doute\w*|illisible\w*|invent\w+|arbitraire\w*|au\s+hasard|périmé\w*|obsolète\w*|manqu\w+|oubli\w+|ou|"
    r"pourrai\w+|devrai\w+|doit|en\s+fait|en\s+réalité|mais|sauf|mett\w+|"
    # Spanish, Portuguese, Italian, Romanian
    r"no(?=\s+(?:es|est\w+|son|era|s[eé]|fue|hay|puedo|coincid\w+))|nunca|ningun\w*|não|nenhum\w*|nunca|talvez|non|"
    r"mai|nessun\w*|forse|nu|quizás?|tal\s+vez|probable\w*|provável|provavelmente|probabil\w*|posible\w*|"
    r"posiblemente|possível|possivelmente|possibil\w*|"
    r"aproximad\w+|approssimativ\w+|alrededor|cerca|circa|más\s+o\s+menos|mais\s+ou\s+menos|stim\w+|estima\w+|"
    r"supon\w+|supuest\w+|suposi\w+|suponho|supposi\w+|suppong\w+|adivin\w+|indovin\w+|palpite|chute|"
    r"ejemplo\w*|exemplo\w*|esempi\w*|exemplu\w*|ficti\w+|fittizi\w*|fictíci\w+|inventad\w+|inventat\w+|modelo|"
    r"modello|plantilla|bozza|borrador|rascunho|provision\w+|provvisori\w+|provisóri\w+|falso|falsa|"
    r"error\w*|erro|erros|errad\w+|errore|errori|errat\w+|sbagli\w+|equivoc\w+|incorrect\w+|incorret\w+|corrig\w+|"
    r"correg\w+|correc\w+|corre[zç]\w+|corret\w+|rectific\w+|retific\w+|en\s+realidad|na\s+verdade|"
    r"in\s+realtà|de\s+hecho|sino|mas|pero|ma|però|porém|bensì|invece|sustitu\w+|substitu\w+|sostitu\w+|reempla\w+|"
    r"troque|trocar|troc\w+|cambi\w+|mud\w+|modific\w+|añad\w+|agreg\w+|adicion\w+|acrescent\w+|"
    r"aggiung\w+|elimin\w+|quit\w+|tog\w+|ignor\w+|perd[oó]n\w*|disculp\w+|desculp\w+|scus\w+|lo\s+siento|"
    r"mi\s+dispiace|incert\w+|inciert\w+|dud\w+|dúvida\w*|dubbi\w*|"
    r"ilegible\w*|ilegível|illeggibil\w+|arbitrari\w+|arbitrári\w+|caso|azar|obsolet\w+|desactualizad\w+|"
    r"desatualizad\w+|falt\w+|manca\w*|olvid\w+|esquec\w+|dimentic\w+|podría\w*|poderia\w*|potrebbe\w*|"
    r"debería\w*|deveria\w*|dovrebbe\w*|debe|deve|salvo|tranne|ou|oppure|pon(?:ga|er)?|coloque|metta|usa|use|"
    # Dutch, Scandinavian
    r"niet|geen|nooit|misschien|waarschijnlijk|vermoedelijk|mogelijk|ongeveer|schat\w*|geschat\w*|gok\w*|gegokt|"
    r"aanname\w*|voorbeeld\w*|verzonnen|sjabloon|concept|voorlopig\w*|fout\w*|onjuist\w*|vergis\w*|"
    r"verwissel\w+|correctie\w*|corrigeer\w*|eigenlijk|maar|vervang\w*|wijzig\w*|verander\w*|toevoeg\w*|negeer\w*|"
    r"sorry|onzeker|twijfel\w*|onleesbaar|verouderd\w*|ontbre\w+|vergeten|zou|moet|"
    r"inte|ikke|aldrig|kanske|måske|kanskje|troligen|sannolikt|sandsynligvis|sannsynligvis|ungefär|cirka|omtrent|"
    r"uppskatt\w+|gæt\w*|gjett\w*|giss\w*|exempel|eksempel|mall|utkast|fel|fejl|feil|ändra|ändras|ændr\w+|"
    r"endr\w+|ersätt\w*|erstat\w*|egentligen|egentlig|men|osäker|usikker|glömde|glemte|ska|skal|skulle|bör|bør|eller|"
    # Polish, Czech, Turkish, Finnish, Hungarian
    r"nie|nigdy|może|chyba|prawdopodobnie|około|przypuszcz\w+|zgad\w+|szacun\w+|przykład\w*|szablon\w*|wymyśl\w+|"
    r"błąd|błęd\w*|pomył\w+|pomyli\w+|popraw\w+|zamie[nń]\w*|zmie[nń]\w*|dodaj|usuń|przepraszam|niepewn\w+|"
    r"właściwie|ale|lecz|albo|lub|powin\w+|není|možná|asi|pravděpodobně|odhad\w*|příklad\w*|chyb\w+|oprav\w*|"
    r"nahra\w+|změ\w+|místo|nejist\w+|"
    r"değil|belki|muhtemelen|yaklaşık|tahmin\w*|örne\w+|hata\w*|yanlış\w*|düzelt\w*|değiştir\w*|aslında|ama|fakat|"
    r"üzgünüm|olmalı|veya|ya\s+da|"
    r"ei|ehkä|luultavasti|noin|arvi\w+|arvaus|esimerk\w*|virhe\w*|väär\w+|korja\w*|vaihda|muuta|pitäisi|mutta|tai|"
    r"nem|talán|valószínűleg|körülbelül|becs\w+|példa\w*|hib\w+|téves\w*|javít\w*|cseréld|valójában|"
    r"hanem|poate|aproximativ|greș\w+|înlocui\w+|schimb\w+|sau|dar"
    r")(?!\w)",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:n['’]hésitez\s+pas|dites-moi|faites-moi\s+savoir|si\s+vous\s+(?:avez|voulez|souhaitez)|"
    r"s['’]il\s+vous\s+faut|sag(?:en\s+sie)?\s+(?:mir\s+)?(?:gern\w*\s+)?bescheid|melde\w*|"
    r"wenn\s+(?:du|sie)\s+(?:\w+\s+){0,5}(?:möcht\w+|brauch\w+|willst|wollen|hast|haben)|(?:bei|"
    r"für)\s+(?:weitere\w*\s+)?fragen|gern\w*|soll\s+ich|se\s+vuoi|se\s+hai|fammi\s+sapere|se\s+quiser|se\s+precisar|"
    r"si\s+(?:quieres?|necesitas?|deseas?|necesita|desea)|av[ií]same|espero\s+(?:que|ter)|spero|ich\s+hoffe|"
    r"j['’]espère|laat\s+(?:het\s+)?(?:me\s+)?weten|als\s+je|no\s+dud(?:e|es)\s+en|não\s+hesite|non\s+esitare|"
    r"säg\s+till|sig\s+til|daj\s+(?:mi\s+)?znać|jeśli\s+(?:chcesz|potrzebujesz)|isterse\w*|buon|bon|buen|guten?)\b",
    re.IGNORECASE,
)
_OFFER_RISK = re.compile(
    r"\d|(?<!\w)(?:ändern|ersetz\w+|korrig\w+|falsch|changer|remplac\w+|cambi\w+|troc\w+|corrig\w+)(?!\w)",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_SCRIPT_RISKS = re.compile(
    # Chinese
    "不是|不对|不對|不正确|不正確|错|錯|抱歉|对不起|對不起|更正|应为|應為|应该|應該|可能|也许|也許|大概|大约|大約|猜|估|示例|例子|例如|范例|假设|假設|替换|替換|改为|改為|改成|修改|而不是|不确定|不確定|仅供参考|僅供參考|虚构|虛構|"
    "编造|編造|模板|占位|其实|其實|实际上|實際上|忘|漏|遗漏|缺|或者|还是|不清|过时|過時|随意|随便|暂|请将|请把|填|尚未|除非|如果.{0,8}则|"
    # Japanese
    "すみません|すいません|ごめん|申し訳|訂正|ではなく|じゃなく|間違|誤り|誤って|たぶん|多分|おそらく|恐らく|かもしれ|でしょう|例です|例えば|一例|サンプル|仮の|仮に|推測|推定|およそ|約|くらい|ぐらい|不明|未定|未確認|変更|置き換え|差し替え|正しくは|実際は|"
    "本当は|忘れ|抜け|足りな|古い|適当|ダミー|雛形|テンプレ|または|あるいは|してください(?<!教えてください)(?<!お知らせください)|"
    # Korean
    "아마|추측|추정|예시|예를|죄송|정정|아니라|아닙니다|틀렸|틀린|잘못|실수|가정|임의|확실하지|"
    "불확실|변경|바꾸|교체|수정|대략|약 |또는|혹은|빠뜨|누락|오래된|템플릿|사실은|실제로|"
    # Russian and other Cyrillic
    r"\b(?:не|нет|ни|возможно|наверн\w+|вероятно|может|примерн\w+|приблизит\w+|около|где-то|пример\w*|предпол\w+|"
    r"догад\w+|угад\w+|ошиб\w+|ошиблас\w*|неверн\w+|неправ\w+|извин\w+|прост\w+|исправ\w+|уверен\w*|"
    r"замен\w+|вместо|на\s+самом\s+деле|шаблон\w*|выдум\w+|придум\w+|условн\w+|либо|или|должн\w+|следует|"
    r"нужно\s+(?:заменить|исправить)|но|а\s+не|устар\w+|пропу\w+|забы\w+|добав\w+|поправ\w+|можливо|мабуть|помил\w+|"
    r"приклад\w*)\b|"
    # Arabic, Hebrew, Hindi, Greek
    "ربما|تقريب|مثال|خطأ|آسف|عذر|تصحيح|ليس|بدلا|تخمين|غير مؤكد|אולי|בערך|דוגמה|טעות|סליחה|לא |במקום|"
    "ניחוש|शायद|लगभग|उदाहरण|गलत|माफ|नहीं|बजाय|अनुमान|ίσως|περίπου|παράδειγμα|λάθος|συγγνώμη|δεν |όχι|αντί|μάλλον",
    re.IGNORECASE,
)
_SCRIPT_OFFERS = re.compile(
    r"如需|如果您?(?:还|有|想|需)|如有|请告诉|請告訴|希望|ご(?:不明|質問)|お知らせ|教えて|필요하|말씀해|알려\s?주|если\s+(?:нужно|хотите|что|понадоб)|"
    r"сообщите|дайте\s+знать|надеюсь",
    re.IGNORECASE,
)


def is_foreign(sentence: str) -> bool:
    """Whether a sentence is in another language than English."""
    if len(_SCRIPT.findall(sentence)) > 2:
        return True
    words = [one for one in re.split(r"[^\w]+|_", sentence.casefold()) if one and not one.isdigit()]
    english = sum(one in _ENGLISH - _SHARED for one in words)
    for known in _FUNCTION.values():
        own = sum(one in known for one in words)
        if (
            own > english
            and own * 4 >= len(words)
            and (own > 1 or (english == 0 and len(words) < 6) or not sentence.isascii())
        ):
            return True
    return (
        not sentence.isascii()
        and english == 0
        and len(words) > 2
        and re.search(r"[à-öø-ÿāąćčđęěğıłńňőřśşšťůűźżž]", sentence, re.IGNORECASE) is not None
    )


def speaks_against(sentence: str, held: Held) -> bool:
    """Whether a sentence in another language softens, denies or changes an answer, or names a number that it lacks."""
    if not is_foreign(sentence):
        return False
    if len(_SCRIPT.findall(sentence)) > 2:
        if _SCRIPT_OFFERS.search(sentence):
            return False
        return _SCRIPT_RISKS.search(sentence) is not None or bool(numbers_of(sentence) - held.told.numbers)
    if _OFFERS.search(sentence):
        return _OFFER_RISK.search(sentence) is not None
    return _RISKS.search(sentence) is not None or bool(numbers_of(sentence) - held.told.numbers)
