// What pages do more quickly with JavaScript; each of them works without.
"use strict";

// One click is one act: the button waits, the key in the form makes sure on the server.
document.addEventListener("submit", (e) => {
  if (e.defaultPrevented || e.target.method !== "post") return;
  if (e.target.dataset.envoye) return e.preventDefault();
  e.target.dataset.envoye = "1";
});
addEventListener("pageshow", () => {
  for (const f of document.querySelectorAll("form[data-envoye]")) delete f.dataset.envoye;
});

// What came of an act is read first.
addEventListener("DOMContentLoaded", () => document.querySelector("[data-avis]")?.focus());

// A list that only narrows: it hides what does not hold the words typed.
document.addEventListener("input", (e) => {
  const cible = e.target.dataset?.filtre;
  if (!cible) return;
  const plier = (t) => t.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const mots = plier(e.target.value).split(/\s+/).filter(Boolean);
  for (const li of document.querySelectorAll(`${cible} > *`)) {
    const texte = plier(li.textContent);
    li.hidden = !mots.every((m) => texte.includes(m));
  }
});

// The badge of unread messages, live.
const pastilles = () => document.querySelectorAll("[data-non-lus]");
if (pastilles().length) {
  const flux = new EventSource("/messages/flux");
  flux.addEventListener("non_lus", (e) => {
    const { non_lus } = JSON.parse(e.data);
    for (const p of pastilles()) {
      p.querySelector("[data-nombre]").textContent = non_lus;
      p.hidden = !non_lus;
    }
  });
  addEventListener("pagehide", () => flux.close());
}

// How far a diffusion is, live; its end reloads the page, where other acts become possible.
const progression = document.querySelector("[data-progression]");
if (progression) {
  const flux = new EventSource(progression.dataset.progression);
  flux.addEventListener("progression", (e) => {
    const ou = JSON.parse(e.data);
    for (const place of progression.querySelectorAll("[data-progres]")) place.textContent = ou[place.dataset.progres];
    const barre = progression.querySelector("progress");
    [barre.max, barre.value] = [ou.destinataires, ou.envoyes];
    if (ou.etat !== "en_diffusion") {
      flux.close();
      location.reload();
    }
  });
}
