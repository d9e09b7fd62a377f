"""How languages beside English soften, bound, deny and condition what they say, and which of them a text is in."""

from __future__ import annotations

import re
from dataclasses import dataclass


def _split(text: str) -> list[str]:
    return text.split()


_CODES = ["de", "fr", "es", "it", "pt", "nl", "pl", "cs", "id", "nordic", "fi", "tr"]
_MARKS = {
    "de": "laut nach bei zählt sie ich wir er sein kommt noch nur genau alle aller werden wird damit aus als um "
    "über zusammen gibt beim vom ihr seine ihre dieser diese dieses man gesuchte richtige stehen bleiben beträgt "
    "hatte wir uns der die das den dem des ist sind war waren es und von mit im am auf wurde wurden beträgt betrug "
    "lautet ein "
    "eine nicht zum zur hat haben insgesamt also antwort ergebnis sich liegt kostet",
    "fr": "du au cette son sa ses leur nous vous ils elles où avec sous plus total nombre selon voici toute tout "
    "été avait exactement comptait compte restent fut se qui par le la les des est sont était étaient et du une il "
    "elle ils dans pour au aux ont réponse donc sur ce cette "
    "nous avons reste coûte vaut ça y a",
    "es": "doy le este esta ese esa su sus según exactamente fueron han ha había muy más total número nos ellos "
    "cada sobre tras quedan resultado hace hoy costó queda al el la los las es son fue fueron era eran y del un una "
    "en con se que para por hay respuesta está quedan suma "
    "tiene cuesta da lo",
    "it": "questo questa suo sua secondo esattamente stato stata stati sono hanno numero nella negli sul sulla ogni "
    "quindi fanno costa rimangono restano al si il lo gli le è sono era erano di del della dei delle un una con che "
    "ci per risposta rimangono ha costa nel "
    "alla la",
    "pt": "este esta esse essa seu sua segundo exatamente foram tem têm número nos nas pelo pela cada portanto "
    "restam custa ficou mais hoje ao aos até à os as é são foi foram era do da dos das um uma em na com que há "
    "resposta custa tem no ao restam",
    "nl": "deze dit die naar bij volgens precies hebben uit over nog alle totaal samen ligt staan blijven maar niet "
    "wordt worden om aan voor er de het een zijn waren van met er dat dit antwoord aantal wordt werd heeft kost "
    "bedraagt op en",
    "pl": "jest ma są tym ten ta te po dla przez od według dokładnie wszystkich razem tylko oraz jako ile o "
    "odpowiedzi liczba zatem mamy jest są było był była to w z że się odpowiedź liczba wynosi wynosił kosztuje "
    "zostało odbędzie",
    "cs": "ten ta to na z po pro od podle přesně všech jen byly má mají stojí kolik jako tedy dohromady s k u i tom "
    "této je jsou bylo byl byla v že se odpověď výsledek počet činí stojí celkem zbývá",
    "id": "tingkat jumlah adalah sebanyak sebesar tepat oleh telah pada karena buah orang hasil jadi maka semua ini "
    "itu para kami kita akan sudah tidak adalah yang dan di ke dari ini itu untuk ada jawabannya jawaban jumlah "
    "jumlahnya dengan hasilnya tersisa pada",
    "nordic": "är var finns inte sammanlagt precis enligt efter har hade blev denna detta den de alla till från om "
    "totalt ifølge præcis har havde blev denne dette alle fra nøyaktig hadde är och det som en ett av på med svaret "
    "antalet er og der et af svar til blev ble",
    "fi": "on oli ovat siellä tarkalleen mukaan jälkeen tämä kaikki niitä yhteensä luku määrä on ja se vastaus "
    "vastauksena oli tulos yhteensä",
    "tr": "bir bu ve toplam tam olarak göre kadar vardır var cevap sonuç sayısı bir ve bu cevap sonuç toplam için",
}  # fmt: skip
"""Small words that show the language."""

_SOFT = {
    "de": r"vielleicht|wahrscheinlich|ungefähr|etwa|circa|ca|zirka|rund|möglicherweise|vermutlich|fast|beinahe|knapp|"
    r"schätzungsweise|geschätzt\w*|schätze\w*|voraussichtlich|wohl|dürfte\w*|könnte\w*|müsste\w*|sollte\w*|"
    r"anscheinend|scheint|"
    r"scheinbar|eventuell|gegen|annähernd|nahezu|womöglich|um\s+die|grob|mehr\s+oder\s+weniger|unsicher|unklar|"
    r"angeblich|"
    r"offenbar|vorläufig\w*|unverbindlich|soll(?:en)?|plus\s*/?\s*minus|weiß\s+(?:ich\s+)?nicht|keine\s+ahnung|"
    r"zu\s+bestätigen|"
    r"hoff(?:e|t|en|entlich|nung)|geplant\w*|Ziel|gut(?=\s+\d)|an\s+die(?=\s+\d)|in\s+der\s+Größenordnung|"
    r"nicht\s+sicher",
    "fr": r"peut-être|environ|probablement|presque|à\s+peu\s+près|approximativement|sans\s+doute|quasiment|quasi|"
    r"quelque(?=\s+\d)|autour|alentours|près\s+d(?:e|['’]\w+)|vraisemblablement|pourrai\w+|devrai\w+|serai(?:t|ent)|"
    r"aurai(?:t|ent)|plus\s+ou\s+moins|"
    r"estim\w+|frôle\w*|avoisine\w*|à\s+confirmer|dans\s+les(?=\s+\d)|(?:diz|douz|quinz|vingt|trent|quarant|"
    r"cinquant|soixant|cent)aine|semble\w*|paraît|prévu\w*|espère\w*|objectif|possible\w*|"
    r"une?\s+petite?|bien(?=\s+\d)|de\s+l['’]ordre|provisoire\w*|peut|incertain\w*|sais\s+pas|supposons|vers",
    "es": r"quizás?|tal\s+vez|aproximad\w+|alrededor|probable\w*|casi|cerca\s+de|más\s+o\s+menos|unos|unas|"
    r"posible\w*|podría\w*|"
    r"debería\w*|sería\w*|a\s+lo\s+mejor|estima\w*|estimo|calculo|no\s+sé|por\s+confirmar|supuesta\w*|puede|pueda|"
    r"ronda\w*|"
    r"parece\w*|acaso|dudo\w*|del?\s+orden|en\s+torno|objetivo|meta|espera\w*|esperan|previst\w+|provisional\w*|hacia|"
    r"sobre(?=\s+(?:las?\s+)?\d)|a\s+eso\s+de|no\s+(?:\w+\s+)?segur\w+",
    "it": r"forse|quasi|probabil(?:e|i|mente)|circa|all['’]incirca|più\s+o\s+meno|pressappoco|intorno|attorno|"
    r"approssimativ\w+|potrebbe\w*|"
    r"dovrebbe\w*|sarebbe\w*|avrebbe\w*|magari|decina|dozzina|ventina|trentina|centinaio|centinaia|stima|stimat\w+|"
    r"stimano|non\s+so|sembra\w*|verso|pare|"
    r"possibil\w+|nell['’]ordine|obiettivo|sper(?:a|ano|iamo|o)|previst\w+|provvisori\w+|a\s+occhio|un(?=\s+\d)|"
    r"da\s+confermare|non\s+(?:\w+\s+)?sicur\w+",
    "pt": r"talvez|provavel\w*|prováve\w+|aproximad\w+|cerca\s+de|por\s+volta|mais\s+ou\s+menos|quase|possiv\w+|"
    r"possíve\w+|poderia\w*|"
    r"deveria\w*|seriam?|uns|umas|em\s+torno|estim\w+|não\s+sei|parece\w*|à\s+volta|porventura|quiçá|pode|podem|meta|"
    r"objetivo|espera\w*|previst\w+|provisóri\w+|da\s+ordem|deve|devem|perto\s+de|rondar?\w*|a\s+confirmar",
    "nl": r"misschien|ongeveer|waarschijnlijk|bijna|rond|circa|ca|zo['’]n|vermoedelijk|mogelijk\w*|wellicht|omstreeks|"
    r"schatting|geschat\w*|zou|zouden|ruwweg|stuk\s+of|schijnt|lijkt|weet\s+(?:ik\s+)?niet|onzeker|min\s+of\s+meer|"
    r"haast|"
    r"kan|kunnen|doel|hoop\w*|gepland\w*|voorlopig\w*|tegen|iets\s+van|naar\s+verwachting|ruim|krap",
    "pl": r"około|ok|mniej\s+więcej|prawdopodobn\w+|może|mogą|chyba|prawie|blisko|niemal|jakieś|jakichś|szacunk\w*|"
    r"szacuje|przybliżeniu|"
    r"przypuszczaln\w+|powinn\w+|mógł\w*|mogł\w*|nie\s+wiem|zapewne|podobno|rzędu|cel|planowan\w+|wstępn\w+|niepewn\w+|"
    r"do\s+potwierdzenia|koło|z(?=\s+\d+\s+\w+\s+lub)|możliwe",
    "cs": r"asi|přibližn\w+|zhruba|okolo|kolem|možná|možné|pravděpodobn[ěýáéí]\w{0,2}(?<!ost)|snad|téměř|skoro|"
    r"nejspíš\w*|odhad\w*|cca|patrně|zřejmě|mohl\w*|"
    r"nevím|může|mohou|prý|řádově|cíl\w*|plánovan\w+|předběžn\w+|takřka|bezmála|tak(?=\s+\d)|přibližne|pravdepodobne",
    "id": r"sekitar|kira-kira|mungkin|kurang\s+lebih|hampir|barangkali|diperkirakan|perkiraan|agaknya|sepertinya|"
    r"kayaknya|"
    r"seharusnya|tampaknya|rencana\w*|target\w*|diharapkan|belum\s+pasti|tidak\s+tahu|bisa|dapat|kisaran|"
    r"rata-rata\s+sekitar|sementara",
    "nordic": r"kanske|ungefär|cirka|ca|omkring|runt|troligen|förmodligen|nästan|måske|omtrent|rundt|sandsynligvis|"
    r"næsten|kanskje|"
    r"sannsynligvis|nesten|kring|möjligen|muligvis|antagelig|uppskattningsvis|anslået|borde|bör|kan|kunde|kunne|"
    r"tror|vet\s+inte|"
    r"preliminär\w*|foreløbig\w*|nok|vel|knappt|drygt|godt|hen\s+ved|vid\s+pass|runt|snaut",
    "fi": r"noin|ehkä|suunnilleen|arviolta|todennäköisesti|melkein|lähes|luultavasti|kai|saattaa|voi|kenties|"
    r"alustav\w+|suurin\s+piirtein",
    "tr": r"yaklaşık|belki|muhtemelen|neredeyse|civarında|galiba|sanırım|aşağı\s+yukarı|olabilir|tahmin\w*|kadar",
}
_BOUNDS = {
    "de": r"mindestens|höchstens|wenigstens|maximal|minimal|mehr\s+als|weniger\s+als|bis\s+zu|frühestens|spätestens|"
    r"zwischen|"
    r"(?:nicht|keine?\w?)\s+(?:vor|nach|mehr|weniger|später|früher|unter|über|größer|kleiner)|oder\s+(?:mehr|"
    r"weniger|später|früher)|minimum|maximum|"
    r"größer|kleiner|übersteigt|überschreitet|unterschreitet|bis\s+(?:zum|spätestens)|"
    r"(?:geringer|höher|niedriger)\s+als|(?:Ober|Unter)grenze|gegen",
    "fr": r"au\s+(?:moins|plus|maximum|minimum)|(?:plus|moins)\s+d(?:e|['’]une?)|jusqu['’]\w+|à\s+partir|dès|entre|"
    r"pas\s+(?:avant|plus|moins)|"
    r"avant|après|minimum|maximum|dépass\w+|inférieur\w*|supérieur\w*|excèd\w+|ou\s+(?:plus|moins)|d['’]ici|"
    r"plancher|plafond",
    "es": r"al\s+menos|por\s+lo\s+menos|como\s+(?:mínimo|máximo|mucho|poco)|(?:más|menos)\s+de|hasta|a\s+partir|"
    r"desde|entre(?!\s+otr)|"
    r"antes|después|a\s+más\s+tardar|super(?:a|an|ó|ior|iores)|inferior\w*|mínim\w+|máxim\w+|mayor\s+que|"
    r"menor\s+que|o\s+(?:más|menos)|"
    r"exced\w+|no\s+(?:más|menos)|por\s+encima|por\s+debajo",
    "it": r"almeno|al\s+(?:massimo|minimo|più|meno)|(?:più|meno)\s+d(?:i|el)|fino\s+a\w*|a\s+partire|tra|fra|"
    r"non\s+prima|entro|prima\s+d\w+|"
    r"dopo|oltre|super(?:a|ano|ior[ei])|inferior[ei]|minim[oa]|massim[oa]|maggiore|minore|o\s+(?:più|meno)|sopra|"
    r"sotto|ecced\w+",
    "pt": r"pelo\s+menos|no\s+(?:mínimo|máximo)|ao\s+menos|(?:mais|menos)\s+d[eo]|até|a\s+partir|desde|entre|antes|"
    r"depois|após|acima|abaixo|"
    r"ultrapass\w+|excede\w*|o\s+mais\s+tardar|mínim\w+|máxim\w+|superior\w*|inferior\w*|ou\s+(?:mais|menos)|"
    r"maior\s+que|menor\s+que",
    "nl": r"minstens|ten\s+(?:minste|hoogste)|minimaal|hoogstens|maximaal|(?:meer|minder|later|eerder|hoger|"
    r"lager)\s+dan|tussen|tot\s+(?:en|maximaal)|vanaf|"
    r"niet\s+(?:voor|later|eerder|meer|minder)|uiterlijk|op\s+zijn\s+(?:vroegst|laatst|minst|hoogst)|boven|onder|"
    r"minimum|maximum|of\s+(?:meer|minder)|overschrijdt|hooguit",
    "pl": r"co\s+naj\w+|przynajmniej|ponad|(?:więcej|mniej)\s+niż|między|pomiędzy|nie\s+(?:więcej|mniej|wcześniej|"
    r"później|przekracza)|"
    r"najpóźniej|najwcześniej|powyżej|poniżej|minimum|maksym\w+|minimaln\w+|lub\s+(?:więcej|mniej)|przekracza|"
    r"do\s+\d|najwyżej|przed|po\s+\d",
    "cs": r"alespoň|aspoň|nejméně|minim\w+|nejvýše|nejvíce|maxim\w+|(?:více|méně|víc|míň)\s+než|přes|až|mezi|"
    r"nejpozději|nejdříve|přinejmenším|"
    r"nepřesahuje|přesahuje|nejvýš|nejmíň|nejvíc|nad|pod|před|nebo\s+(?:více|méně|víc)",
    "id": r"minim\w+|maksim\w+|setidaknya|paling\s+\w+|(?:lebih|kurang)\s+dari|hingga|sampai|antara|mulai|"
    r"di\s+(?:atas|bawah)|"
    r"sekurang-kurangnya|selambat-lambatnya|melebihi|tidak\s+(?:lebih|kurang)|atau\s+(?:lebih|kurang)|sebelum|"
    r"sesudah|setelah\s+tanggal",
    "nordic": r"minst|högst|mindst|højst|maximalt|minimalt|mellan|mellem|mellom|senest|tidligst|senast|tidigast|"
    r"över|fler\s+än|mer\s+än|"
    r"mindre\s+än|flere\s+end|mere\s+end|mindre\s+end|flere\s+enn|mer\s+enn|under|upp\s+till|op\s+til|opp\s+til|"
    r"eller\s+(?:fler|mer|flere)|åtminstone",
    "fi": r"vähintään|enintään|yli|alle|korkeintaan|ainakin|viimeistään|aikaisintaan|välillä|enemmän\s+kuin|"
    r"vähemmän\s+kuin",
    "tr": r"en\s+az|en\s+fazla|en\s+çok|fazla|arasında|üzerinde|altında|önce|sonra",
}
_AT_ONCE = {
    "de": r"(?:über|unter|bis|ab|vor|nach|seit)(?:\s+(?:de[mnr]|zum|die))?",
    "fr": r"depuis|sous|sur|avant|après",
    "es": r"desde",
    "it": r"",
    "pt": r"desde",
    "nl": r"boven|onder|over|tot|voor|na|sinds",
    "pl": r"od|do|ponad|przed|po|nad|pod",
    "cs": r"od|do|přes|po|před|nad|pod",
    "id": r"sejak",
    "nordic": r"från|fra|till|til|efter|før|före|etter|siden",
    "fi": r"",
    "tr": r"",
}
"""What bounds a number only if it stands right before it, and leads to it otherwise."""
_NOT = {
    "de": r"nicht|kein\w*|niemals|nie|weder|noch|ohne|statt(?!\s*[.!,]|\s*$)|anstatt|außer",
    "fr": r"ne|n['’]\w+|pas|jamais|sans|ni|sauf|aucune?|au\s+lieu|plutôt",
    "es": r"no|nunca|jamás|sin|ni|tampoco|excepto|salvo|en\s+vez|ningun[ao]?|ningún",
    "it": r"non|senza|né|nessun\w*|tranne|eccetto|invece|anziché",
    "pt": r"não|nunca|sem|nem|jamais|exceto|em\s+vez|nenhum\w*",
    "nl": r"niet|geen|nooit|zonder|noch|behalve|in\s+plaats",
    "pl": r"nie|nigdy|bez|ani|oprócz|zamiast|żad\w+",
    "cs": r"ne|není|nejsou|nebyl\w*|nikdy|bez|ani|kromě|místo|žádn\w+|nelze",
    "id": r"bukan\w*|tidak|tak|belum|tanpa|kecuali|jangan",
    "nordic": r"inte|ikke|ej|aldrig|aldri|utan|uden|uten|ingen|inga|inget|intet|varken|hverken",
    "fi": r"ei|eivät|en|ilman|paitsi|älä",
    "tr": r"değil\w*|yok|hayır|asla",
}
_IF = {
    "de": r"wenn|falls|sofern|es\s+sei\s+denn|außer\s+wenn|vorausgesetzt|angenommen|abhängig|hängt|je\s+nach|oder|"
    r"ob|hätte\w*|wäre\w*|würde\w*",
    "fr": r"si|s['’]ils?|à\s+moins|sauf|à\s+condition|supposons|dépend\w*|selon\s+que|ou|soit\b.{1,40}\bsoit",
    "es": r"si|a\s+menos|salvo\s+que|siempre\s+que|suponiendo|depende\w*|según\s+(?:si|que)|o|u|hubiera|hubiese",
    "it": r"se|a\s+meno|purché|supponendo|dipende\w*|a\s+seconda|oppure|o|qualora",
    "pt": r"se|caso|a\s+menos|desde\s+que|supondo|depende\w*|ou",
    "nl": r"als|indien|mits|tenzij|afhankelijk|hangt|of|stel",
    "pl": r"jeśli|jeżeli|gdyby|chyba\s+że|pod\s+warunkiem|zależ\w+|o\s+ile|lub|albo|czy",
    "cs": r"pokud|jestliže|kdyby|jestli|ledaže|záleží|závisí|za\s+předpokladu|nebo|anebo|zda",
    "id": r"jika|kalau|apabila|bila|kecuali|asalkan|tergantung|atau|seandainya|andai",
    "nordic": r"om|ifall|hvis|dersom|förutsatt|forudsat|beror|avhenger|afhænger|eller|såvida|medmindre|med\s+mindre",
    "fi": r"jos|mikäli|ellei|riippuu|riippuen|tai",
    "tr": r"eğer|ise|bağlı|veya|ya\s+da",
}

_RU = {
    "soft": r"(?<!\w)(?:около|примерно|приблизительно|возможно|вероятно|наверное|наверно|может|могут|мог\w*|пожалуй|"
    r"почти|порядка|"
    r"где-то|кажется|видимо|ориентировочно|предположительно|скорее|не\s+увер\w+|не\s+знаю|якобы|должно\s+быть|должн\w+|"
    r"оценива\w+|оценк\w+|близко|близька|приблизно|мабуть|можливо|предварительн\w+|надеется|надеемся|планиру\w+|"
    r"цель|неточн\w+|"
    r"прогноз\w*|ожида\w+|в\s+районе|неизвестн\w+|неясн\w+)(?!\w)",
    "bound": r"(?<!\w)(?:не\s+(?:менее|более|меньше|больше|позднее|ранее|раньше|позже|превыша\w+|выше|ниже)|минимум|"
    r"максимум|"
    r"по\s+(?:меньшей|крайней)\s+мере|более|больше|менее|меньше|свыше|между|превыша\w+|выше|ниже|после|хотя\s+бы|"
    r"самое\s+\w+|"
    r"максимальн\w+|минимальн\w+)(?!\w)",
    "not": r"(?<!\w)(?:не|нет|никогда|без|ни|кроме|вместо|нельзя)(?!\w)",
    "if": r"(?<!\w)(?:если|при\s+условии|зависит|допустим|предположим|или|либо|бы|ли)(?!\w)",
    "direct": r"(?:до|от|с|со|после|к|перед|за|под|свыше)",
}
_EAST = {
    "zh": {
        "soft": r"大约|大概|可能|也许|左右|(?:约|約)(?=\s*[\d一二两三四五六七八九十百几])|或许|或許|估计|估計|"
        r"差不多|将近|將近|接近|上下|好像|似乎|不确定|不確定|不清楚|应该|應該|"
        r"恐怕|预计|預計|计划|目标|希望|几乎|暂定|据说|据称|不知道|不详|多个|余(?=[名个人])|如果要",
        "bound": r"至少|最多|不少于|不超过|超过|以上|以下|少于|多于|不到|不足|低于|高于|大于|小于|介于|之间|"
        r"最早|最晚|最迟|之前|之后|以前|以后|"
        r"以內|以内|起(?=[。，,]|$)|至\s*\d|到\s*\d|[\d十百千万]\s*多",
        "not": r"不|没|沒|非(?!常|洲)|未(?!来)|别(?=[用信当])|勿|无法|除了|除外",
        "if": r"如果|若|假如|除非|假设|要是|取决|或|还是|的话|假定",
    },
    "ja": {
        "soft": r"たぶん|おそらく|(?<![契予条公規])約(?=\s*[\d一二三四五六七八九十百数])|およそ|くらい|ぐらい|"
        r"ほど|前後|頃|ごろ|かもしれ|だろう|でしょう|らしい|よう(?:だ|です)|"
        r"推定|多分|思われ|はず|"
        r"概ね|おおよそ|ほぼ|見込|予想|目標|予定は未|不明|わから|分から|そう(?:だ|です)|可能性|仮",
        "bound": r"以上|以下|未満|超|少なくとも|多くとも|最大|最小|最低|(?<!だ)から|まで|"
        r"より(?=[多少大小高低早遅])|以内|以降|以前|の間|あまり",
        "not": r"ない|ません|なく|ではあり|除",
        "if": r"もし|場合|なら|たら|れば|または|もしくは|それとも|次第",
    },
    "ko": {
        "soft": r"(?<!\w)약(?=\s*\d)|대략|아마|정도|쯤|가량|추정|것\s*같|일지도|듯|거의|내외|예상|목표|아마도|"
        r"모르|불확실|수도\s*있",
        "bound": r"이상|이하|미만|초과|최소|최대|적어도|많아도|부터|까지|사이|넘|이내|이후|이전",
        "not": r"아니|않|없|못|제외",
        "if": r"만약|경우|라면|다면|(?<=\d)나\s*\d|또는|혹은|달려",
    },
}
_OTHER_SOFT = re.compile(
    r"(?<!\w)(?:aproximativ|cam|probabil|poate|cel\s+puțin|cel\s+mult|peste|între|aproape|körülbelül|kb|talán|"
    r"valószínűleg|mintegy|legalább|legfeljebb|"
    r"több\s+mint|kevesebb|majdnem|között|otprilike|oko|možda|vjerojatno|verovatno|najmanje|najviše|više\s+od|"
    r"manje\s+od|skoro|između|približno|vsaj|največ|morda|"
    r"khoảng|có\s+thể|ít\s+nhất|nhiều\s+nhất|hơn|takriban|labda|angalau|umbes|võib-olla|vähemalt|apmēram|varbūt|"
    r"vismaz|maždaug|galbūt|mažiausiai|potser|"
    r"aproximadament|almenys|gairebé|siguro)(?!\w)|"
    r"حوالي|تقريبا|ربما|نحو|قد يكون|أكثر|أقل|ليس|لا |إذا|लगभग|शायद|करीब|कम से कम|अधिक|नहीं|अगर|περίπου|ίσως",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a language has to soften a value, to bound it, to deny it and to condition it."""

    soft: re.Pattern[str]
    bound: re.Pattern[str]
    at_once: re.Pattern[str]
    denial: re.Pattern[str]
    condition: re.Pattern[str]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


def _right_before(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})\s+[$€£]?$" if pattern else r"(?!)", re.IGNORECASE)


_TONGUES = {
    code: Tongue(
        _words(_SOFT[code]), _words(_BOUNDS[code]), _right_before(_AT_ONCE[code]), _words(_NOT[code]), _words(_IF[code])
    )
    for code in _CODES
}
_LATIN = list(_TONGUES.values())
_TONGUES["ru"] = Tongue(
    re.compile(_RU["soft"], re.IGNORECASE),
    re.compile(_RU["bound"], re.IGNORECASE),
    _right_before(_RU["direct"]),
    re.compile(_RU["not"], re.IGNORECASE),
    re.compile(_RU["if"], re.IGNORECASE),
)
_TONGUES |= {
    code: Tongue(
        re.compile(parts["soft"]),
        re.compile(parts["bound"]),
        re.compile(r"(?!)"),
        re.compile(parts["not"]),
        re.compile(parts["if"]),
    )
    for code, parts in _EAST.items()
}
_ENGLISH = frozenset(
    _split(
        "the is are was were be been of and in on at to for with a an it its this that there has have had i "
        "we you he she they from by as my our all then first next last gives leaves adds brought back came "
        "went she her his got made makes more less only just who which what when how many much not no yes "
        "so thus therefore hence total sum answer number result minus plus times left remain remains after "
        "born signed dated started ended half twice both each every one two three four five some any if "
        "because while during until than scored won lost sold bought costs weighs holds counts stars over "
        "under between around about together give take say"
    )
)
_SETS = {code: frozenset(_MARKS[code].split()) for code in _CODES}
_SHARED = frozenset(_split(
        "is was were in die den am also war hat also on to do no as en la es le a so me an des der per more "
        "make over alle man sub om try via max se si till til et and er som total con du las un una"
    ))  # fmt: skip
"""Words that English has, too, or that stand in names and terms there: they say little beside others."""


_LETTERS = {
    "de": "ßäöü", "fr": "çèêëîïôûùœ", "es": "ñ¿¡áéíóú", "it": "èòàùì", "pt": "ãõçáéêóúâ", "nl": "ëï", "pl": "łąęśżźćńó",
    "cs": "ěřůčšžýáíéúň", "nordic": "åøæäö", "fi": "äö", "tr": "ığşçöü", "id": "",
}  # fmt: skip


def _hits(code: str, words: list[str], text: str) -> float:
    """How much speaks for a language: its small words, and half as much for words that others have, too, or letters."""
    marks = _SETS[code]
    shared = 0.5 if "the" in words or "is" in words else 1.0
    own = sum(shared if one in _SHARED or one in _ENGLISH else 1.5 for one in words if one in marks)
    letters = len(set(text.casefold()) & set(_LETTERS[code]))
    return own + min(letters, 2) * 0.75


def tongues_of(text: str) -> frozenset[str]:
    """The languages that a text may be in, by their script and their small words; ``en`` for English."""
    found = set()
    if re.search(r"[\u3040-\u30ff]", text):
        found.add("ja")
    elif re.search(r"[\u4e00-\u9fff]", text):
        found.add("zh")
    if re.search(r"[\uac00-\ud7af]", text):
        found.add("ko")
    if re.search(r"[\u0400-\u04ff]", text):
        found.add("ru")
    words = re.findall(r"[^\W\d_]+", text.casefold())
    english = sum(one in _ENGLISH for one in words)
    plain = english - sum(one in _SHARED for one in words if one in _ENGLISH)
    hits = {code: _hits(code, words, text) for code in _SETS}
    most = max(hits.values(), default=0)
    found |= {code for code, count in hits.items() if count >= max(1.5, 0.6 * most, 0.8 * plain)}
    if english and (plain or not found):
        found.add("en")
    return frozenset(found)


def is_small_word(word: str, tongues: frozenset[str]) -> bool:
    """Whether a word is one that holds a sentence together in one of some languages, rather than a thing."""
    small = word.casefold()
    return small in _ENGLISH or small in _BESIDE_NUMBERS or any(small in _SETS.get(code, ()) for code in tongues)


_BESIDE_NUMBERS = frozenset(
    _split(
        "but or be been being can could would should will shall may might must do does did am or nor yet "
        "too also still again here there where than overall altogether total exactly precisely only rather "
        "instead into onto upon without within through against despite although though according based "
        "given due per via as such yesterday tomorrow today now later earlier ago already always never "
        "often once aber oder denn weil sondern mais car donc parce porque pero sino ma però perché pois "
        "mas maar omdat want ale lecz bo bo protože но потому а"
    )
)


def _is_long(pattern: re.Pattern[str], sentence: str) -> bool:
    """Whether a long phrase stands in a sentence, which is no small word of a language akin."""
    return any(len(one.group()) > 5 for one in pattern.finditer(sentence))


def doubt_abroad(sentence: str, before: str, after: str, tongues: frozenset[str]) -> str | None:
    """Why a sentence of another language than English does not assert the value in it; None if it does.

    Args:
        sentence: the sentence that holds the value.
        before, after: what stands before the value and behind it in that sentence.
        tongues: the languages of the text.
    """
    if _OTHER_SOFT.search(sentence):
        return "it is hedged"
    if tongues - {"en"} and any(_is_long(tongue.soft, sentence) for tongue in _LATIN):
        return "it is hedged"
    if tongues - {"en"} and any(_is_long(tongue.bound, sentence) for tongue in _LATIN):
        return "it is a bound or a range"
    beside = f"{before} \u00b7 {after}"
    for code in (tongues or frozenset(_SETS)) - {"en"}:
        tongue = _TONGUES[code]
        if tongue.soft.search(sentence):
            return "it is hedged"
        if tongue.bound.search(sentence) or tongue.at_once.search(before):
            return "it is a bound or a range"
        beside = (
            re.sub(r"\bsi\b", " ", beside, flags=re.IGNORECASE) if "it" in tongues and code in ("es", "fr") else beside
        )
        if tongue.condition.search(beside):
            return "it is said under a condition, or beside another"
        if tongue.denial.search(beside):
            return "it is negated"
    return None
