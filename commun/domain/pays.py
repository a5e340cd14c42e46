"""The countries where someone may be born, by their ISO 3166-1 alpha-2 code, named as French documents name them. Pure.

The codes of France's own territories overseas are left out: a birth there is in France, with an INSEE code. The
`referentiel` service serves the names of the COG, for people to choose from; what is printed waits for no service.
"""

OUTRE_MER = frozenset({"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"})

_PAYS = """
    AD Andorre; AE Émirats arabes unis; AF Afghanistan; AG Antigua-et-Barbuda; AI Anguilla; AL Albanie; AM Arménie;
    AO Angola; AQ Antarctique; AR Argentine; AS Samoa américaines; AT Autriche; AU Australie; AW Aruba;
    AX Îles Åland; AZ Azerbaïdjan; BA Bosnie-Herzégovine; BB Barbade; BD Bangladesh; BE Belgique; BF Burkina Faso;
    BG Bulgarie; BH Bahreïn; BI Burundi; BJ Bénin; BM Bermudes; BN Brunei; BO Bolivie;
    BQ Bonaire, Saint-Eustache et Saba; BR Brésil; BS Bahamas; BT Bhoutan; BV Île Bouvet; BW Botswana;
    BY Biélorussie; BZ Bélize; CA Canada; CC Îles Cocos; CD République démocratique du Congo; CF Centrafrique;
    CG Congo; CH Suisse; CI Côte d'Ivoire; CK Îles Cook; CL Chili; CM Cameroun; CN Chine; CO Colombie;
    CR Costa Rica; CU Cuba; CV Cap-Vert; CW Curaçao; CX Île Christmas; CY Chypre; CZ Tchéquie; DE Allemagne;
    DJ Djibouti; DK Danemark; DM Dominique; DO République dominicaine; DZ Algérie; EC Équateur; EE Estonie;
    EG Égypte; EH Sahara occidental; ER Érythrée; ES Espagne; ET Éthiopie; FI Finlande; FJ Fidji; FK Malouines;
    FM Micronésie; FO Îles Féroé; FR France; GA Gabon; GB Royaume-Uni; GD Grenade; GE Géorgie; GG Guernesey;
    GH Ghana; GI Gibraltar; GL Groenland; GM Gambie; GN Guinée; GQ Guinée équatoriale; GR Grèce;
    GS Géorgie du Sud et îles Sandwich du Sud; GT Guatémala; GU Guam; GW Guinée-Bissau; GY Guyana; HK Hong Kong;
    HM Îles Heard-et-MacDonald; HN Honduras; HR Croatie; HT Haïti; HU Hongrie; ID Indonésie; IE Irlande; IL Israël;
    IM Île de Man; IN Inde; IO Territoire britannique de l'océan Indien; IQ Irak; IR Iran; IS Islande; IT Italie;
    JE Jersey; JM Jamaïque; JO Jordanie; JP Japon; KE Kenya; KG Kirghizstan; KH Cambodge; KI Kiribati; KM Comores;
    KN Saint-Christophe-et-Niévès; KP Corée du Nord; KR Corée du Sud; KW Koweït; KY Îles Caïmans; KZ Kazakhstan;
    LA Laos; LB Liban; LC Sainte-Lucie; LI Liechtenstein; LK Sri Lanka; LR Libéria; LS Lesotho; LT Lituanie;
    LU Luxembourg; LV Lettonie; LY Libye; MA Maroc; MC Monaco; MD Moldavie; ME Monténégro; MG Madagascar;
    MH Îles Marshall; MK Macédoine du Nord; ML Mali; MM Birmanie; MN Mongolie; MO Macao; MP Îles Mariannes du Nord;
    MR Mauritanie; MS Montserrat; MT Malte; MU Maurice; MV Maldives; MW Malawi; MX Mexique; MY Malaisie;
    MZ Mozambique; NA Namibie; NE Niger; NF Île Norfolk; NG Nigéria; NI Nicaragua; NL Pays-Bas; NO Norvège;
    NP Népal; NR Nauru; NU Niue; NZ Nouvelle-Zélande; OM Oman; PA Panama; PE Pérou; PG Papouasie-Nouvelle-Guinée;
    PH Philippines; PK Pakistan; PL Pologne; PN Pitcairn; PR Porto Rico; PS Palestine; PT Portugal; PW Palaos;
    PY Paraguay; QA Qatar; RO Roumanie; RS Serbie; RU Russie; RW Rwanda; SA Arabie saoudite; SB Îles Salomon;
    SC Seychelles; SD Soudan; SE Suède; SG Singapour; SH Sainte-Hélène; SI Slovénie; SJ Svalbard et Jan Mayen;
    SK Slovaquie; SL Sierra Leone; SM Saint-Marin; SN Sénégal; SO Somalie; SR Suriname; SS Soudan du Sud;
    ST Sao Tomé-et-Principe; SV Salvador; SX Saint-Martin (partie néerlandaise); SY Syrie; SZ Eswatini;
    TC Îles Turques-et-Caïques; TD Tchad; TG Togo; TH Thaïlande; TJ Tadjikistan; TK Tokelau; TL Timor oriental;
    TM Turkménistan; TN Tunisie; TO Tonga; TR Turquie; TT Trinité-et-Tobago; TV Tuvalu; TW Taïwan; TZ Tanzanie;
    UA Ukraine; UG Ouganda; UM Îles mineures éloignées des États-Unis; US États-Unis; UY Uruguay; UZ Ouzbékistan;
    VA Vatican; VC Saint-Vincent-et-les-Grenadines; VE Vénézuéla; VG Îles Vierges britanniques;
    VI Îles Vierges des États-Unis; VN Vietnam; VU Vanuatu; WS Samoa; XK Kosovo; YE Yémen; ZA Afrique du Sud;
    ZM Zambie; ZW Zimbabwe
"""
NOMS = {pays[:2]: pays[3:] for pays in " ".join(_PAYS.split()).split("; ")}


def nom_du_pays(code: str) -> str:
    """Returns the name of a country, its code where it has none here."""
    return NOMS.get(code, code)
