// Where a commune is typed, those that exist are proposed; the one chosen fills its codes. Without JavaScript, one types them.
// The list is ours, and the server alone says what answers: the browsers' own (datalist) leave out what is not typed accent
// for accent, and Firefox what the text beside a choice does not hold, so that it never proposed any.
import Combobox from "./combobox-nav.js";

const creer = (balise, attributs, ...contenu) => {
  const element = document.createElement(balise);
  for (const [nom, valeur] of Object.entries(attributs)) element.setAttribute(nom, valeur);
  element.append(...contenu);
  return element;
};

const nommer = (c) => `${c.nom} (${c.code_insee})`;

for (const lieu of document.querySelectorAll("[data-communes]")) {
  const champ = (nom) => lieu.querySelector(`[name$=".${nom}"]`);
  const [commune, insee, postal, pays] = ["commune", "code_insee", "code_postal", "pays_code"].map(champ);
  const liste = creer("ul", { id: `${commune.id}-choix`, class: "ceres-choix", role: "listbox", "aria-label": "Communes proposées", hidden: "" });
  const dit = creer("p", { class: "fr-sr-only", role: "status" });
  commune.after(liste, dit);
  commune.autocomplete = "off"; // what the browser remembers of other people would cover the list
  const choix = new Combobox(commune, liste);
  let [rempli, attente, demande] = [insee.value, 0, new AbortController()];

  const fermer = () => {
    clearTimeout(attente);
    demande.abort();
    choix.stop();
    liste.hidden = true;
    dit.textContent = "";
  };
  const option = (c, rang) => {
    const devenue = c.nature !== "arrondissement-municipal" && c.commune_actuelle?.nom;
    const precisions = [...c.codes_postaux, ...(devenue && devenue !== c.nom ? [`aujourd’hui ${devenue}`] : [])].join(", ");
    const ligne = creer("li", { id: `${liste.id}-${rang}`, role: "option" }, nommer(c));
    if (precisions) ligne.append(" ", creer("span", { class: "fr-hint-text" }, precisions));
    ligne.addEventListener("combobox-commit", () => choisir(c));
    return ligne;
  };
  const codePostal = () => postal?.value.trim().match(/^\d{5}$/)?.[0] ?? "";
  const demander = async (mots) => {
    const reponse = await fetch(`/communes?q=${encodeURIComponent(mots)}`, { signal: demande.signal }).catch(() => null);
    if (!reponse?.headers.get("Content-Type").startsWith("application/json")) return null; // one may still type the codes
    return reponse.json().catch(() => null);
  };
  const proposer = async () => {
    demande = new AbortController();
    const [nom, code] = [commune.value.trim(), codePostal()];
    let dites = await demander(`${code} ${nom}`); // four communes are named Saint-Denis: the postcode says which
    if (dites?.length === 0 && code && nom) dites = await demander(nom); // a cedex, or the postcode of before
    if (!dites || document.activeElement !== commune) return; // given up, or left, meanwhile
    // A commune and the déléguée that kept its name have one code: the first is the one that letters are sent to.
    const trouvees = dites.filter((c, rang) => dites.findIndex((d) => nommer(d) === nommer(c)) === rang);
    choix.stop();
    liste.replaceChildren(...trouvees.map(option));
    liste.hidden = !trouvees.length;
    if (trouvees.length) choix.start();
    dit.textContent = trouvees.length ? `${trouvees.length} commune${trouvees.length > 1 ? "s" : ""} à choisir avec les flèches` : "Aucune commune de ce nom";
  };
  const choisir = (c) => {
    [commune.value, insee.value, rempli] = [c.nom, c.code_insee, c.code_insee];
    if (postal && c.codes_postaux.length === 1) [postal.value] = c.codes_postaux;
    fermer();
    commune.focus();
    commune.dispatchEvent(new Event("change", { bubbles: true })); // what is typed is kept by who hears it
  };
  const seChoisit = () => {
    const nom = commune.value.trim();
    return (nom ? nom.length > 1 : codePostal()) && (!pays || pays.value === "FR");
  };

  commune.addEventListener("focus", () => {
    if (!insee.value && seChoisit()) proposer(); // typed and not chosen, it came back without its code
  });
  commune.addEventListener("input", () => {
    fermer();
    if (insee.value === rempli) insee.value = ""; // it was that of another commune
    rempli = "";
    if (seChoisit()) attente = setTimeout(proposer, 200);
  });
  commune.addEventListener("keydown", (e) => {
    if (liste.hidden && e.key === "ArrowDown" && seChoisit()) proposer();
    if (liste.hidden || e.key !== "Escape") return;
    e.preventDefault();
    fermer();
  });
  commune.addEventListener("blur", fermer);
  liste.addEventListener("mousedown", (e) => e.preventDefault()); // the field keeps the focus, by which the list stays
}
