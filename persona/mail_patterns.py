"""What quotes, forwards, signatures, disclaimers and machine-made mail look like, in the languages we read."""

import re
from typing import Final

QUOTED = re.compile(r"^\s*(?:>|\|\s)")
FORWARD = re.compile(
    r"^\s*(?:-{2,}\s*)?(?:(?:begin )?forwarded message|weitergeleitete nachricht|"
    r"anfang der weitergeleiteten (?:nachricht|e-?mail)|message transféré|début du message (?:réexpédié|transféré)|"
    r"(?:inicio del )?mensaje reenviado|(?:inizio )?messaggio inoltrato|(?:início da )?mensagem (?:re)?encaminhada|"
    r"(?:begin )?doorgestuurd bericht)\b",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:original(?: message| appointment)|ursprüngliche (?:nachricht|e-?mail)|message d['’]origine|"
    r"mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht)\s*-{2,}",
    re.IGNORECASE,
)
HEADER = re.compile(
    r"^\s*\*?(from|von|de|da|van|från|fra|od|mittente|sent|skickat|sendt|wysłano|till|til|ämne|emne|temat|"
    r"gesendet|envoyé|enviad[oa](?: el| em)?|inviato|verzonden|date|datum|"
    r"fecha|data|to|an|à|a|para|aan|subject|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|cc)\s?:\*?\s",
    re.IGNORECASE,
)
FIRST_HEADER: Final = frozenset({"from", "von", "de", "da", "van", "från", "fra", "od"})
ATTRIBUTION = re.compile(
    r"^\s*(?:on\b.{4,200}\bwrote|am\b.{4,200}\bschrieb\b.{0,120}|le\b.{4,200}\ba écrit|el\b.{4,200}\bescribió|"
    r"il\b.{4,200}\bha scritto|(?:em|no dia)\b.{4,200}\bescreveu|op\b.{4,200}\b(?:schreef\b.{0,120}|"
    r"het volgende geschreven)|.{2,100}<[^<>\s]+@[^<>\s]+> (?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|"
    r"schreef)\b.{4,80}|(?=[^<]{0,120}\d[:.]\d\d\b)[^<]{8,160}<[^<>\s]+@[^<>\s]+>(?: [^\s<>:.]{1,20}){0,2}|"
    r"den\b.{4,200}\bskrev\b.{0,120}|\d{4}-\d\d-\d\d\b.{0,120}<[^<>\s]+@[^<>\s]+>)\s?:\s*$",
    re.IGNORECASE | re.DOTALL,
)
ATTRIBUTION_START = re.compile(
    r"^\s*(?:(?:on|am|le|el|il|em|no dia|op|den)\b.*\d|\d{4}-\d\d-\d\d\b|[^<>]{2,100}<[^<>\s]+@)", re.IGNORECASE
)
DEVICE = re.compile(
    r"^\s*(?:sent from (?:my|outlook|mail|yahoo|samsung)|sent (?:with|via) (?:\[?proton|superhuman|spark|mailbird|hey)|"
    r"(?:get|download) outlook for|outlook für .{2,60} beziehen|télécharger outlook pour|obtener outlook para|"
    r"scarica outlook per|obter o outlook para|outlook voor .{2,60} downloaden|von meinem .{2,40} gesendet|"
    r"gesendet (?:von|mit)|envoyé (?:de(?:puis)?|à partir de) mon|enviado desde mi|"
    r"inviato da(?:l mio)? (?:iphone|ipad|samsung|outlook|posta|yahoo|libero|android|cellulare)|"
    r"enviado do meu|verstuurd vanaf|verzonden (?:vanaf|met) mijn)\b",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"^\s*\W{0,3}(?:confidentiality notice|legal notice|disclaimer\b|important notice|"
    r"th(?:is|e information (?:in|contained in) this) (?:e-?mail|message|communication|transmission)\b.{0,80}"
    r"\b(?:confidential|intended|privileged)|(?:der inhalt )?diese(?:r)? (?:e-?mail|nachricht)\b.{0,60}\bvertraulich|"
    r"ce (?:message|courriel|mail)\b.{0,80}\bconfidentiel|este (?:mensaje|correo)\b.{0,80}\bconfidencial|"
    r"quest[oa] (?:messaggio|e-?mail)\b.{0,80}\b(?:confidenzial|riservat)|"
    r"est[ae] (?:mensagem|e-?mail)\b.{0,80}\bconfidencia|(?:dit bericht|deze e-?mail)\b.{0,80}\bvertrouwelijk|"
    r"(?:le informazioni contenute|la información contenida|as informações contidas|les informations contenues)\b|"
    r"please consider the environment|(?:bitte )?(?:denken sie an die umwelt|prüfen sie, ob diese)|"
    r"pensez à l['’]environnement|avant d['’]imprimer|antes de imprimir|piense en el medio ambiente)",
    re.IGNORECASE,
)
MEETING = re.compile(
    r"^\s*(?:microsoft teams[ -](?:meeting|besprechung)|réunion microsoft teams|reunión de microsoft teams|"
    r"riunione di microsoft teams|join (?:zoom|microsoft teams|on your computer|with google meet)\b|"
    r".{2,60} is inviting you to a (?:scheduled )?zoom meeting|you have been invited to the following event|"
    r".{2,60} has (?:tentatively )?(?:accepted|declined) this invitation)",
    re.IGNORECASE,
)
"""How a calendar's own text begins, in an invitation or below a mail."""
RULE = re.compile(r"^\s*[_=*-]{10,}\s*$")
BANNER = re.compile(
    r"^\W*(?:caution|external|warning|achtung|attention|atención|vorsicht)\b.{0,60}"
    r"\b(?:outside|external|extern|externe|externo|exterior)\b",
    re.IGNORECASE,
)
"""The warning a mail server puts on top of mail from outside: a quoted mail begins here, if anything stands above."""
NOT_FOR_YOU = re.compile(
    r"\b(?:for the (?:addressee|intended recipient)s? only|(?:received|reached) (?:this|"
    r"you)\b.{0,40}\b(?:in error|by mistake)|"
    r"irrtümlich erhalten|reçu (?:ce message )?par erreur|recibido .{0,30}por error)",
    re.IGNORECASE,
)
CUT_START = re.compile(
    "|".join(
        pattern.pattern
        for pattern in (QUOTED, FORWARD, ORIGINAL, HEADER, ATTRIBUTION_START, DEVICE, DISCLAIMER, MEETING, RULE, BANNER)
    )
    + r"|^\s*(?:--|—)\s*$",
    re.IGNORECASE,
)
"""How a line begins that is cut, or with which something is cut."""
# Each alternative of NOT_FOR_YOU holds one of these: looking for them first spares most lines its slow search.
NOT_FOR_YOU_WORDS: Final = ("error", "recipient", "mistake", "addressee", "irrtümlich", "erreur")
CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-Ž][\\w'’.-]*"
SIGN_OFF = re.compile(
    r"^\s*(?:\w+ / )?(?:(?:with )?(?:best|kind|warm|many|all the)?\s*(?:regards|wishes|thanks)|best|cheers|"
    r"sincerely|yours(?: \w+)?|thanks(?: again| so much| a lot)?|thank you|thx|br|kr|"
    r"(?:mit )?(?:freundlich|best|herzlich|viel|lieb|schön)(?:en?|em) (?:grü(?:ß|ss)en?|gru(?:ß|ss))(?: aus .{2,30})?|"
    r"(?:viele |lg|mfg|vg)|gru(?:ß|ss)|(?:bien )?cordialement|bien (?:à vous|à toi|cordialement)|cdlt|amicalement|"
    r"(?:sincères |meilleures )?salutations|(?:très )?bonne (?:journée|soirée|réception|semaine|fin de \w+)|"
    r"(?:je vous prie d['’]agréer|veuillez agréer|nous vous prions d['’]agréer)\b.{0,100}|"
    r"(?:quedo a la espera\W.{0,30})?(?:un )?(?:cordial )?saludos?(?: cordiales?)?|atentamente|atte|un abrazo|gracias|"
    r"merci(?: d['’]avance)?|(?:cordiali |distinti )?saluti|un saluto|grazie(?: mille)?|atenciosamente|att|"
    r"(?:com os melhores |melhores )?cumprimentos|abraços?|obrigad[oa]|(?:met )?(?:vriendelijke |hartelijke )?"
    r"groet(?:en|jes)?|mvg|(?:alvast )?bedankt)"
    rf"(?:\s*[,.!–-]*|, {CAPITAL}(?: {CAPITAL})?)\s*$",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?:\+|\b(?:tel|phone|mobile|mob|cell|fon|t|m)\b\.?:?\s*)\(?\d[\d\s()./-]{5,}\d", re.IGNORECASE)
LINK = re.compile(r"(?:https?://|www\.|[\w.+-]+@[\w-]+\.\w)", re.IGNORECASE)
TITLE = re.compile(
    r" \| |\b(?:director|manager|vp|vice president|head of|chief|c[efto]o|founder|officer|engineer|analyst|"
    r"lead(?:er)?|coordinator|"
    r"supervisor|president|counsel|partner|buyer|procurement|accountant|controller|designer|planner|specialist|"
    r"consultant|"
    r"leiter(?:in)?|geschäftsführer(?:in)?|einkauf|vertrieb|direct(?:eur|rice)|responsable|gerente|jefe|jefa|"
    r"gmbh|inc|ltd|llc|b\.v|s\.a|corp|department|phd|rn|cpa|she/her|he/him|they/them)\b",
    re.IGNORECASE,
)
SLOGAN = re.compile(r" (?:[|·]|–|-) .*!$")
LEGAL = re.compile(
    r"\b(?:registered (?:in|office)|regulated by|company (?:no|number)|vat\b|handelsregister|amtsgericht|hrb|"
    r"sitz der gesellschaft|siège social|siren|registro mercantil)",
    re.IGNORECASE,
)
NAME = re.compile(
    rf"^(?:/|- ?)?(?:Dr\.? |Prof\.? )?{CAPITAL}(?: (?:van|von|de|den|der|da|la|le|{CAPITAL})){{0,3}}(?:,? .{{0,30}})?$"
)
BARE_NAME = re.compile(rf"^(?:/|- ?)?{CAPITAL}(?: {CAPITAL}){{0,2}}$")
COMPANY_FORM = re.compile(r"\b(?:Inc|a\. ?G|e\. ?V|Ltd|Co|Corp|B\.V|S\.A|N\.V|z o\.o|S\.L|A\.S)\.$")
AUTO_SUBJECT = re.compile(
    r"^\s*(?:(?:re|aw|r):\s*)?(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|ooo\b|"
    r"automatische antwort|abwesenheits(?:notiz|meldung)|abwesend|réponse automatique|absence du bureau|"
    r"respuesta automática|fuera de la oficina|risposta automatica|fuori ufficio|resposta automática|"
    r"automatisch antwoord|afwezig|undeliver(?:able|ed)|delivery (?:status notification|has failed|failure)|"
    r"mail delivery (?:failed|subsystem)|returned mail|failure notice|unzustellbar|non remis|no entregado|"
    r"no se pudo entregar|mancata consegna)",
    re.IGNORECASE,
)
_GREETING = (
    r"(?:(?:hello|hi|dear|good (?:morning|day)|hallo|guten tag|sehr geehrte|liebe|bonjour|madame|hola|buenos días|"
    r"estimad[oa]s?|buongiorno|gentile|olá|bom dia|beste|geachte)[^\n]{0,60}\n\s*)?"
    r"(?:(?:thank you|thanks|(?:vielen |herzlichen )?dank|merci|(?:muchas )?gracias|grazie|obrigad[oa]|bedankt)"
    r"[^\n.!]{0,40}\b(?:e-?mail|message|nachricht|courriel|mensaje|correo|messaggio|mensagem|bericht)[.!,]?\s+)?"
)
_AWAY = (
    r"i(?: am|['’]m| will be) (?:currently )?(?:out of (?:the )?office|away from|"
    r"on (?:\w+ )?(?:leave|vacation|holiday))|"
    r"ich (?:bin|befinde mich) (?:(?:derzeit|zurzeit|aktuell|momentan|bis|vom|ab|noch)\b[^\n]{0,40}?)?"
    r"(?:nicht im (?:büro|haus)|abwesend|(?:nicht|nur eingeschränkt) erreichbar|im urlaub|außer haus)|"
    r"je (?:suis|serai) (?:actuellement )?(?:absente?|en congés?)(?: du bureau)? (?:jusqu|du \d|et |avec)|"
    r"(?:actualmente |por el momento )?(?:est(?:oy|aré)|me encuentro) (?:fuera de la oficina|de vacaciones|ausente|"
    r"de licencia|en capacitación) (?:hasta|del? \d|y |con)|"
    r"(?:sono|sarò) (?:fuori ufficio|assente|in ferie) (?:fino|dal|e )|"
    r"(?:estou|estarei) (?:ausente|fora do escritório|de férias) (?:até|de \d|e )|"
    r"ik ben (?:momenteel )?(?:afwezig|met vakantie|niet op kantoor) (?:tot|van|en )"
)
AUTO_BODY = re.compile(
    rf"\A\W*(?:this is an automat|{_GREETING}(?:{_AWAY})|delivery has failed to|the following (?:message|address)\b|"
    r"your message (?:wasn['’]t|could not be|to .{1,80} couldn['’]t))",
    re.IGNORECASE,
)


SCANNER = re.compile(
    r"barracuda|mimecast|proofpoint|urldefense|safelinks|exchange online protection|microsoft defender|forcepoint|"
    r"fireeye|trend ?micro|sophos|symantec|messagelabs|ironport|cisco|avanan|checkpoint|linkscan|scanner|bot\b|"
    r"crawler|"
    r"python-requests|curl/|headlesschrome|go-http-client",
    re.IGNORECASE,
)
