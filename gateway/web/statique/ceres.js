// What pages do more quickly with JavaScript; each of them works without.
"use strict";

// One presses Enter in each of many hours, as in a spreadsheet: that sends nothing, for letters do not come back.
document.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && e.target.type === "time") e.preventDefault();
});

// In the grid of results an arrow alone chooses in a list, as everywhere. With Ctrl, or ⌘ where Ctrl and an arrow are the
// system's, it leads to the same column of the line above or below: who noted absences tabbed through all the rest.
const LIGNES = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
document.addEventListener("keydown", (e) => {
  const cellule = e.target.closest(".ceres-saisie td");
  if (!cellule || !LIGNES[e.key] || !(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey) return;
  e.preventDefault();
  cellule.parentElement[LIGNES[e.key]]?.cells[cellule.cellIndex].querySelector("select").focus();
});
document.querySelector("[data-clavier]")?.removeAttribute("hidden");

// A day or an hour that the browser cannot read (31/02, an hour without its minutes) would be sent as an empty field, which
// means something else where it may be empty: the last day of a session, the end of a job. The browser says which it is, and
// leaves the rest to the server, which says all at once what is wrong.
for (const f of document.querySelectorAll("form.ceres-formulaire[method=post]")) f.noValidate = true;
document.addEventListener("submit", (e) => {
  const illisible = [...e.target.elements].find((c) => c.validity?.badInput);
  if (!illisible) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  illisible.closest("details")?.setAttribute("open", "");
  illisible.reportValidity();
}, true);

const avertir = (...contenu) => {
  const [avis, phrase] = ["div", "p"].map((balise) => document.createElement(balise));
  avis.className = "fr-alert fr-alert--warning fr-alert--sm fr-mb-2w";
  avis.tabIndex = -1;
  phrase.append(...contenu);
  avis.append(phrase);
  document.getElementById("avis").append(avis);
  return avis;
};

// Off the network, the browser's page of error would take the place of the form: the form stays, and says it. Asked again
// it goes: a browser may be wrong, on a network of one's own.
document.addEventListener("submit", (e) => {
  if (navigator.onLine || e.target.method !== "post" || e.target.dataset.averti) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  e.target.dataset.averti = "oui";
  avertir("Cet appareil se dit hors ligne\u00a0: rien n’est parti, et votre saisie reste ici. Renvoyez-la une fois le réseau revenu.").focus();
}, true);

// One click is one act: the button waits, the key in the form makes sure on the server. It waits for the time of a few
// clicks: nothing tells that one has stopped the loading, or that the network is gone, and then one sends again.
const CLICS = 3000;
document.addEventListener("submit", (e) => {
  if (e.defaultPrevented || e.target.method !== "post") return;
  if (e.timeStamp - e.target.dataset.envoye < CLICS) return e.preventDefault();
  e.target.dataset.envoye = e.timeStamp;
});
addEventListener("pageshow", () => {
  for (const f of document.querySelectorAll("form[data-envoye]")) delete f.dataset.envoye;
});

// Going back to a form finds what was typed there: pages are kept nowhere, an entry of the tab's history keeps it, for
// the same connection only. Sent again unchanged it bears the same key, and is done once; a change makes another act.
// A page loaded again finds it too: on a phone one pulls too far, or the system takes back the memory of a tab left for a call.
// A form that was sent and is shown again, refused or longer by a line, is such a page from its first sight; where its fields
// are not those of the page at its address, it is asked of the server as it was: once, for what it answers is that form.
// Where the network was cut, the browser's page of error took the place of the form in the history: the tab keeps what
// was sent until a page comes from there, which is its answer or where one chose to go.
const PAUSE = 500; // a browser bears a hundred of these in half a minute
const forme = document.querySelector("form.ceres-formulaire[method=post]");
const arrivee = performance.getEntriesByType("navigation")[0]?.type;
const adresse = location.href.split("#")[0];
const envoi = JSON.parse(sessionStorage.getItem("envoi"));
const repondu = arrivee !== "back_forward" && document.referrer === envoi?.adresse;
if (repondu) sessionStorage.removeItem("envoi");
const RENVOYEE = "Votre dernier envoi est resté sans réponse\u00a0: revoici votre saisie. Renvoyée telle quelle, elle ne compte qu’une fois.";
const redemander = ({ noms, valeurs }) => {
  const autre = document.createElement("form");
  [autre.method, autre.action] = ["post", adresse];
  for (const [nom, valeur] of [...noms.split(",").map((n, rang) => [n, valeurs[rang]]), ["_reprise", "1"]]) {
    const champ = document.createElement("input");
    [champ.type, champ.name, champ.value] = ["hidden", nom, valeur];
    if (valeur !== false) autre.append(champ);
  }
  document.body.append(autre);
  autre.submit(); // before this page is whole, it takes its place in the history
};
if (forme?.elements._cle) {
  const { _cle: cle, _jeton: jeton } = forme.elements;
  const champs = [...forme.elements].filter((c) => c.name && !["password", "file", "submit"].includes(c.type));
  const seCoche = (c) => ["checkbox", "radio"].includes(c.type);
  const lire = (c) => (seCoche(c) && !c.checked ? false : c.value);
  // What is ticked is told by its value, for another may have come in its place; an older version kept « true ».
  const rendre = (c, valeur) => {
    if (seCoche(c)) c.checked = [c.value, true].includes(valeur);
    else c.value = valeur;
  };
  const noms = champs.map((c) => c.name).join();
  const memes = (garde) => garde.noms === noms;
  // Two files that look alike have each their form, and one may come in the place of the other: it says by hidden fields whose
  // it is. Those of ours that begin with « _ » are of its sending.
  const duMeme = (garde) => champs.every((c, rang) => c.type !== "hidden" || c.name[0] === "_" || c.value === garde.valeurs[rang]);
  const sienne = (garde) => garde?.jeton === jeton.value && (memes(garde) ? duMeme(garde) : forme.dataset.recue === "non");
  const garder = () => {
    const saisie = { jeton: jeton.value, noms, valeurs: champs.map(lire) };
    history.replaceState({ ...history.state, saisie }, "");
    return saisie;
  };
  if (arrivee === "navigate") history.replaceState({ ...history.state, saisie: null }, ""); // a link to the same page begins it anew
  if (arrivee === "navigate" && forme.dataset.recue === "oui") garder();
  const rechargee = arrivee === "reload";
  const revenue = (rechargee || arrivee === "back_forward") && sienne(history.state?.saisie) && history.state.saisie;
  const perdue = !repondu && envoi?.adresse === adresse && sienne(envoi) && envoi;
  const garde = revenue || perdue;
  if (repondu && envoi.redemande) avertir(RENVOYEE);
  if (garde && !memes(garde)) {
    if (garde === perdue) sessionStorage.setItem("envoi", JSON.stringify({ ...envoi, redemande: true }));
    redemander(garde);
  } else if (garde) {
    const neuve = cle.value;
    const change = champs.some((c, rang) => c.type !== "hidden" && lire(c) !== garde.valeurs[rang]);
    champs.forEach((c, rang) => rendre(c, garde.valeurs[rang]));
    for (const plie of forme.querySelectorAll("details")) plie.open ||= champs.some((c) => c.type !== "hidden" && lire(c) && plie.contains(c));
    forme.addEventListener("input", () => { cle.value = neuve; }, { once: true });
    const dit = garde === perdue ? RENVOYEE : rechargee && change && "Cette page a été rechargée\u00a0: revoici votre saisie. ";
    const lien = document.createElement("a");
    [lien.href, lien.textContent] = [adresse, "Abandonner ma saisie"];
    if (dit) avertir(dit, ...(garde === revenue ? [lien] : []));
  }
  let pause;
  forme.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(garder, PAUSE);
  });
  forme.addEventListener("change", garder);
  forme.addEventListener("submit", () => {
    const saisie = garder();
    try {
      sessionStorage.setItem("envoi", JSON.stringify({ adresse, ...saisie }));
    } catch {} // a file, tried and carried by its page, is too large
  });
}

// Who works through a list goes from the page of a row to that of the next one; coming back, he is at the row that he opened
// or, where it was done and has left, at the one that came after it. The tab keeps the rows of the last list that was left.
const suivre_la_liste = (cle) => {
  const ici = location.pathname + location.search;
  const suivie = JSON.parse(sessionStorage.getItem(cle));
  const garder = (liste) => sessionStorage.setItem(cle, JSON.stringify(liste));
  const liens = () => [...document.querySelectorAll("#resultats tbody th:first-child a")];
  if (document.getElementById("compte")) {
    const ouverte = suivie?.liste === ici && suivie.lignes[suivie.ouverte];
    if (ouverte && (arrivee === "back_forward" || document.referrer.startsWith(location.origin + ouverte.chemin))) {
      const la = liens();
      const restent = suivie.lignes.slice(suivie.ouverte).map(({ chemin }) => la.find((a) => a.pathname === chemin));
      restent.find(Boolean)?.focus();
    }
    addEventListener("pagehide", () => garder({
      liste: location.pathname + location.search,
      lignes: liens().map((a) => ({ chemin: a.pathname, adresse: a.href, mot: a.textContent.trim() })),
    }));
    return;
  }
  const rang = suivie ? suivie.lignes.findIndex(({ chemin }) => chemin === location.pathname) : -1;
  if (rang < 0) return;
  garder({ ...suivie, ouverte: rang });
  const suivante = suivie.lignes[rang + 1];
  if (!suivante) return;
  const [phrase, lien] = ["p", "a"].map((balise) => document.createElement(balise));
  [phrase.className, lien.className] = ["ceres-suite", "fr-link fr-link--sm"];
  [lien.href, lien.textContent] = [suivante.adresse, suivante.mot];
  phrase.append("Suite de la liste\u00a0: ", lien);
  document.getElementById("avis").after(phrase);
};

// The breadcrumb, and what gives up a form, lead back to a list as it was left, filters and page. The tab keeps that, for the
// same connection only.
const connexion = document.querySelector("input[name=_jeton]")?.value;
if (connexion) {
  const laissee = (liste) => `liste ${connexion} ${liste}`;
  for (const lien of document.querySelectorAll(".fr-breadcrumb__link[href], .ceres-formulaire a.fr-btn--tertiary")) {
    lien.search = sessionStorage.getItem(laissee(lien.pathname)) ?? lien.search;
  }
  if (document.getElementById("compte")) {
    addEventListener("pagehide", () => sessionStorage.setItem(laissee(location.pathname), location.search));
  }
  suivre_la_liste(`lignes ${connexion}`);
} else {
  sessionStorage.clear(); // who left takes it along
}

// What came of an act is read first; the browser that goes to a part of the page leaves it, and takes the focus there last.
addEventListener(location.hash ? "load" : "DOMContentLoaded", () => document.querySelector("[data-avis]")?.focus());

// A search that is not answered, or by a page of error that would take the place of the list, says so: what stays under it
// answers another search.
const sans_reponse = () => {
  document.getElementById("compte").textContent = "La recherche n’a pas abouti\u00a0: ce qui suit ne lui répond pas. Réessayez.";
};
document.addEventListener("htmx:error", sans_reponse);
document.addEventListener("htmx:after:request", (e) => {
  const { response, text } = e.detail.ctx;
  if (response.status < 400 || text.includes('id="resultats"')) return;
  e.preventDefault();
  sans_reponse();
});

// A list that only narrows: it hides what does not hold the words typed, and says how much is left.
document.addEventListener("input", (e) => {
  const cible = e.target.dataset?.filtre;
  if (!cible) return;
  const plier = (t) => t.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const mots = plier(e.target.value).split(/\s+/).filter(Boolean);
  const lignes = [...document.querySelectorAll(`${cible} > *`)];
  for (const li of lignes) {
    const texte = plier(li.textContent);
    li.hidden = !mots.every((m) => texte.includes(m));
  }
  const n = lignes.filter((li) => !li.hidden).length;
  const reste = document.querySelector(`[data-reste="${cible}"]`);
  reste.textContent = mots.length ? (n ? `${n} sur ${lignes.length}` : reste.dataset.rien) : "";
});

// A stream is open while its page is seen, and no longer: a browser opens six connections to a site at most, and tabs left
// behind would hold them all. The browser opens again one that was cut, but gives up one that was refused, as while a
// service starts again: the page would keep what it said until one leaves it.
// Whose connection is over is told so, and asks no more before one looks at the page again: it looked as if it were alive.
const [REPRISE, REPRISE_MAX] = [4000, 64000];
const dire_la_fin = (finie) => {
  const dite = document.querySelector("[data-finie]"); // that of the template is in none of the page's elements
  if (!finie) dite?.remove();
  else if (!dite) document.getElementById("avis").prepend(document.querySelector("template[data-fin]").content.cloneNode(true));
};
const ecouter = (adresse, evenement, faire) => {
  let flux;
  let reprise = REPRISE;
  const fermer = () => {
    flux?.close();
    flux = undefined;
  };
  const suivre = () => {
    if (document.hidden) return fermer();
    if (flux) return;
    flux = new EventSource(adresse);
    flux.addEventListener(evenement, (e) => {
      dire_la_fin(false);
      faire(JSON.parse(e.data));
    });
    flux.addEventListener("fin", () => {
      fermer();
      dire_la_fin(true);
    });
    flux.addEventListener("open", () => { reprise = REPRISE; });
    flux.addEventListener("error", () => {
      if (flux?.readyState !== EventSource.CLOSED) return;
      fermer();
      setTimeout(suivre, reprise);
      reprise = Math.min(2 * reprise, REPRISE_MAX);
    });
  };
  document.addEventListener("visibilitychange", suivre);
  addEventListener("pageshow", suivre);
  addEventListener("pagehide", fermer);
  suivre();
};

// The badge of unread messages, live.
const pastilles = () => document.querySelectorAll("[data-non-lus]");
if (pastilles().length) {
  ecouter("/messages/flux", "non_lus", ({ non_lus }) => {
    for (const p of pastilles()) {
      p.querySelector("[data-nombre]").textContent = non_lus;
      p.hidden = !non_lus;
    }
  });
}

// How far a diffusion is, live; its end reloads the page, where other acts become possible.
const progression = document.querySelector("[data-progression]");
if (progression) {
  ecouter(progression.dataset.progression, "progression", (ou) => {
    for (const place of progression.querySelectorAll("[data-progres]"))
      place.textContent = ou[place.dataset.progres].toLocaleString("fr-FR");
    const barre = progression.querySelector("progress");
    [barre.max, barre.value] = [ou.destinataires, ou.envoyes];
    if (ou.etat !== "en_diffusion") location.reload();
  });
}
