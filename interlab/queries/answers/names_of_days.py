"""The names of the months and the weekdays in several languages."""

from __future__ import annotations

_MONTHS = """
january jan januar janvier enero gennaio janeiro januari
february feb februar février fevrier febrero febbraio fevereiro februari
march mar märz mars marzo março maart mär mrz
april apr avril abril aprile avr
may mai mayo maggio maio mei
june jun juni juin junio giugno junho
july jul juli juillet julio luglio julho
august aug août aout agosto augustus
september sep sept septembre septiembre settembre setembro
october oct oktober octobre octubre ottobre outubro okt
november nov novembre noviembre novembro
december dec dezember décembre decembre diciembre dicembre dezembro dez
"""
_MONTHS_TOO = """
leden ledna stycznia styczeń января январь ocak januára tammikuuta ianuarie січня
únor února lutego luty февраля февраль şubat februára helmikuuta februarie лютого
březen března marca marzec марта март maret marts mart maaliskuuta martie березня
duben dubna kwietnia kwiecień апреля апрель nisan apríla huhtikuuta aprilie квітня
květen května maja maj мая май mayıs mája toukokuuta травня
červen června czerwca czerwiec июня июнь haziran júna kesäkuuta iunie червня
červenec července lipca lipiec июля июль temmuz júla heinäkuuta iulie липня
srpen srpna sierpnia sierpień августа август agustus ağustos augusti augusta elokuuta серпня
září września wrzesień сентября сентябрь eylül septembra syyskuuta septembrie вересня
říjen října października październik октября октябрь ekim októbra lokakuuta octombrie жовтня
listopad listopadu listopada ноября ноябрь kasım novembra marraskuuta noiembrie
prosinec prosince grudnia grudzień декабря декабрь desember aralık decembra joulukuuta decembrie грудня
"""
_WEEKDAYS = """
monday mon montag lundi lunes lunedì
tuesday tue tues dienstag mardi martes martedì
wednesday wed mittwoch mercredi miércoles mercoledì
thursday thu thur thurs donnerstag jeudi jueves giovedì
friday fri freitag vendredi viernes venerdì
saturday sat samstag samedi sábado sabato
sunday sun sonntag dimanche domingo domenica
"""
_WEEKDAYS_TOO = """
maandag poniedziałek pondělí понедельник senin segunda-feira måndag mandag maanantaina
dinsdag wtorek úterý вторник selasa terça-feira tisdag tirsdag
woensdag środa středa среда среду rabu quarta-feira onsdag
donderdag czwartek čtvrtek четверг kamis quinta-feira torsdag
vrijdag piątek pátek пятница пятницу jumat sexta-feira fredag
zaterdag sobota sobotę sobotu суббота субботу sabtu lördag lørdag
zondag niedziela niedzielę neděle neděli воскресенье söndag søndag
"""


def _numbered(*tables: str, first: int) -> dict[str, int]:
    """The names in the lines of tables, each with the number of its line."""
    return {
        name: number
        for table in tables
        for number, line in enumerate(table.strip().splitlines(), first)
        for name in line.split()
    }


MONTHS = _numbered(_MONTHS, _MONTHS_TOO, first=1)
"""The number of a month by its name, in small letters."""
WEEKDAYS = _numbered(_WEEKDAYS, _WEEKDAYS_TOO, first=0)
"""The number of a weekday, from 0 for Monday, by its name, in small letters."""
