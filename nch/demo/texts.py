"""Answers of the constructed applications and lägesbilder; they describe no real county."""

APPLICATION_ANSWERS: dict[str, object] = {
    "behovsinventering": (
        "En enkät till länets kommuner och regionen visar att yrkesverksamma sällan vet vem de ska vända sig till. "
        "Sju av tio kommuner saknar rutiner för misstänkt bortförande. Underlaget är från hösten före ansökan."
    ),
    "har_resurscentrum": "no",
    "forankring": (
        "Länsledningen, socialcheferna och regionens hälso- och sjukvårdsdirektör har ställt sig bakom arbetet i "
        "länets råd för frågor om våld. En styrgrupp är utsedd."
    ),
    "bygger_pa": "barnahus",
    "huvudman": "Barnahus i länet",
    "parter": [
        {"part": "Länets kommuner", "atagande": "Deltar i styrgruppen och avsätter egen tid.", "daterad": "2025-01-20"},
        {"part": "Regionen", "atagande": "En kurator på halvtid och lokaler för samråd.", "daterad": "2025-01-27"},
        {"part": "Polisregionen", "atagande": "Deltar i styrgruppen och i samråd.", "daterad": ""},
    ],
    "malgrupper": ["professionals", "children", "adults"],
    "mal": "En väg in för yrkesverksamma inom ett år. Stöd till utsatta i hela länet inom två år.",
    "aktiviteter": "Våren: rekrytering och rutiner. Hösten: konsultation per telefon, utbildning i alla kommuner.",
    "uppfoljning": "Statistik varje månad, en kort enkät efter varje konsultation och en samlad uppföljning varje år.",
    "budgetkommentar": "OH är beräknat som tjugo procent av lönekostnaderna.",
    "finansieringslage": "planned",
    "finansieringsplan": "Kommunerna och regionen planerar att dela kostnaden efter folkmängd. Beslut väntas nästa år.",
}

SITUATION_REPORT_THEMES = (
    "success_factor_behovet_syns",
    "success_factor_befintliga_strukturer",
    "challenge_glesbygd",
    "challenge_skolan",
)
"""What the answers below say under success factors and challenges, by the themes' keys."""

SITUATION_REPORT_ANSWERS: dict[str, object] = {
    "fas": "drift",
    "organisationsmodell": "barnahus",
    "huvudman": "Barnahus i länet",
    "egen_telefon": "yes",
    "aktiviteter": "Två utbildningsdagar, tolv samråd och ett nytt stödmaterial om rutiner.",
    "framgangsfaktorer": "Aktörerna ser behovet, och arbetet bygger på en struktur som redan fanns.",
    "utmaningar": "Långa avstånd i länet och att skolan är svår att nå.",
    "malgruppsanalys": "Frågorna kommer oftast från socialtjänsten och gäller pågående ärenden.",
    "uppfoljning": "Varje samråd följs upp med tre frågor efter en månad.",
    "planer": "Utbilda rektorer och utöka telefontiden.",
    "malkommentar": "Fyra av sex mål är nådda.",
    "stod_fran_nch": "Erfarenhetsutbyte om arbetet i glesbygd.",
}
