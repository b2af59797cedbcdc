"""What quotes, forwards, signatures, disclaimers and machine-made mail look like, in the languages we read."""

import re
from typing import Final

QUOTED = re.compile(r"^\s*(?:>|\|\s)")
FORWARD = re.compile(
    r"^\s*(?:-{2,}\s*)?(?:forwarded message|begin forwarded message|weitergeleitete nachricht|"
    r"anfang der weitergeleiteten (?:nachricht|e-?mail)|message transféré|début du message (?:réexpédié|transféré)|"
    r"mensaje reenviado|inicio del mensaje reenviado)\b",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:original(?: message| appointment)|ursprüngliche (?:nachricht|e-?mail)|message d['’]origine|"
    r"mensaje original)\s*-{2,}",
    re.IGNORECASE,
)
HEADER = re.compile(
    r"^\s*\*?(from|von|de|sent|gesendet|envoyé|enviado(?: el)?|date|datum|fecha|to|an|à|para|subject|betreff|"
    r"objet|asunto|cc)"
    r"\*?\s?:\s",
    re.IGNORECASE,
)
FIRST_HEADER: Final = frozenset({"from", "von", "de"})
ATTRIBUTION = re.compile(
    r"^\s*(?:on\b.{4,200}\bwrote|am\b.{4,200}\bschrieb\b.{0,120}|le\b.{4,200}\ba écrit|"
    r"el\b.{4,200}\bescribió)\s?:\s*$",
    re.IGNORECASE | re.DOTALL,
)
ATTRIBUTION_START = re.compile(r"^\s*(?:on|am|le|el)\b.*\d", re.IGNORECASE)
DEVICE = re.compile(
    r"^\s*(?:sent from (?:my|outlook|mail|yahoo|samsung)|get outlook for|von meinem .{2,40} gesendet|gesendet von|"
    r"gesendet mit|envoyé de(?:puis)? mon|enviado desde mi)\b",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"^\s*\W{0,3}(?:confidentiality notice|legal notice|disclaimer\b|important notice|"
    r"th(?:is|e information (?:in|contained in) this) (?:e-?mail|message|communication|transmission)\b.{0,80}"
    r"\b(?:confidential|intended|privileged)|diese (?:e-?mail|nachricht)\b.{0,60}\bvertraulich|"
    r"ce (?:message|courriel|mail)\b.{0,80}\bconfidentiel|este (?:mensaje|correo)\b.{0,80}\bconfidencial)",
    re.IGNORECASE,
)
NOT_FOR_YOU = re.compile(
    r"\b(?:for the (?:addressee|intended recipient)s? only|(?:received|reached) (?:this|"
    r"you)\b.{0,40}\b(?:in error|by mistake)|"
    r"irrtümlich erhalten|reçu (?:ce message )?par erreur|recibido .{0,30}por error)",
    re.IGNORECASE,
)
CUT_START = re.compile(
    "|".join(pattern.pattern for pattern in (QUOTED, FORWARD, ORIGINAL, HEADER, ATTRIBUTION_START, DEVICE, DISCLAIMER))
    + r"|^\s*(?:--|—)\s*$",
    re.IGNORECASE,
)
"""How a line begins that is cut, or with which something is cut."""
# Each alternative of NOT_FOR_YOU holds one of these: looking for them first spares most lines its slow search.
NOT_FOR_YOU_WORDS: Final = ("error", "recipient", "mistake", "addressee", "irrtümlich", "erreur")
SIGN_OFF = re.compile(
    r"^\s*(?:\w+ / )?(?:(?:with )?(?:best|kind|warm|many|all the)?\s*(?:regards|wishes|thanks)|best|cheers|"
    r"sincerely|yours(?: \w+)?|"
    r"thanks(?: again| so much| a lot)?|thank you|thx|br|kr|"
    r"(?:mit )?(?:freundlichen?|besten?|herzlichen?|vielen?|lieben?|schönen?) grü(?:ß|ss)en?|(?:viele |lg|mfg|vg)|"
    r"gruß|cordialement|bien (?:à vous|cordialement)|salutations|(?:un )?(?:cordial )?saludos?|atentamente|"
    r"gracias|merci)"
    r"\s*[,.!–-]*\s*$",
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
LEGAL = re.compile(
    r"\b(?:registered (?:in|office)|regulated by|company (?:no|number)|vat\b|handelsregister|amtsgericht|hrb|"
    r"sitz der gesellschaft|siège social|siren|registro mercantil)",
    re.IGNORECASE,
)
CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-Ž][\\w'’.-]*"
NAME = re.compile(
    rf"^(?:/|- ?)?(?:Dr\.? |Prof\.? )?{CAPITAL}(?: (?:van|von|de|den|der|da|la|le|{CAPITAL})){{0,3}}(?:,? .{{0,30}})?$"
)
BARE_NAME = re.compile(rf"^(?:/|- ?)?{CAPITAL}(?: {CAPITAL}){{0,2}}$")
COMPANY_FORM = re.compile(r"\b(?:Inc|Ltd|Co|Corp|B\.V|S\.A|N\.V|z o\.o|S\.L|A\.S)\.$")
AUTO_SUBJECT = re.compile(
    r"^\s*(?:re:\s*)?(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|ooo\b|"
    r"automatische antwort|abwesenheits(?:notiz|meldung)|abwesend|réponse automatique|absence du bureau|"
    r"respuesta automática|fuera de la oficina|undeliver(?:able|ed)|delivery (?:status notification|has failed|"
    r"failure)|"
    r"mail delivery (?:failed|subsystem)|returned mail|failure notice|unzustellbar|non remis|no entregado)",
    re.IGNORECASE,
)
AUTO_BODY = re.compile(
    r"\A\W*(?:this is an automat|i am (?:currently )?(?:out of (?:the )?office|on (?:annual |maternity |"
    r"parental )?leave)|"
    r"i['’]m (?:currently )?out of (?:the )?office|thank you for your (?:e-?mail|"
    r"message)\.? i am (?:currently )?(?:out|away)|"
    r"ich bin (?:derzeit |zurzeit |aktuell |momentan )?(?:nicht im (?:büro|haus)|abwesend)|"
    r"je suis (?:actuellement )?(?:absente?|en congés?)|(?:actualmente )?estoy (?:fuera de la oficina|de vacaciones)|"
    r"delivery has failed|the following (?:message|address)|your message (?:wasn['’]t|could not be|"
    r"to .{1,80} couldn['’]t))",
    re.IGNORECASE,
)


SCANNER = re.compile(
    r"barracuda|mimecast|proofpoint|urldefense|safelinks|exchange online protection|microsoft defender|forcepoint|"
    r"fireeye|trend ?micro|sophos|symantec|messagelabs|ironport|cisco|avanan|checkpoint|linkscan|scanner|bot\b|"
    r"crawler|"
    r"python-requests|curl/|headlesschrome|go-http-client",
    re.IGNORECASE,
)
