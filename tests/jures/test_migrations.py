"""What revisions make of the rows that are there already."""

from collections.abc import Callable
from dataclasses import replace

from commun.actes.conservation import NOM, PRENOM
from commun.domain.textes import normaliser
from services.jures.storage.fiches import ligne_du_jure
from tests.jures.domain.faits import JURE
from tests.outils.migrations import migree

_AVANT = """
UPDATE alembic_version SET version_num = 'jures_0006';
INSERT INTO jures (id, adresse, civilite, nom, nom_usage, prenom, departement, region, telephone_professionnel,
                   telephone_personnel, courriel, statut, tri, recherche, rapprochement)
VALUES (gen_random_uuid(), '{}', 'MME', 'Wałęsa', '', 'Guðrún', '75', '11', '', '', 'g@exemple.fr', 'actif',
        'wałesa guðrun wałesa', 'wałesa guðrun wałesa g@exemple fr', ARRAY['walesa/guðrun/courriel=g@exemple.fr']);
"""


def test_les_lettres_pliees_depuis_le_sont_chez_ceux_d_avant(base_vierge: Callable[[], str]) -> None:
    trouvee = migree(base_vierge(), "services.jures", _AVANT, "SELECT tri, recherche, rapprochement FROM jures")
    elle = replace(
        JURE, nom="Wałęsa", nom_usage="", prenom="Guðrún", courriel="g@exemple.fr", adresse=None, date_naissance=None
    )
    elle = replace(elle, telephone_professionnel="", telephone_personnel="")
    ligne = ligne_du_jure(elle)
    assert trouvee == [(ligne["tri"], ligne["recherche"], ligne["rapprochement"])]


_ANONYMISES = """
UPDATE alembic_version SET version_num = 'jures_0007';
INSERT INTO jures (id, absorbe_par, nom, tri, recherche, adresse, civilite, prenom, departement, region, rapprochement)
SELECT md5(fiche)::uuid, md5(vers)::uuid, nom, tri, recherche, '{}', 'M', 'P', '75', '11', '{}'
FROM (VALUES ('1', NULL, 'anonymisée', 'anonymisee personne anonymisee', ''),
             ('2', '1', 'anonymisée', 'marquisat p marquisat', ''),
             ('3', NULL, 'Vaucanson', 'vaucanson p vaucanson', 'vaucanson p'),
             ('4', '3', 'Vaucanson', 'vaucanson p vaucanson', 'vaucanson p')) AS v (fiche, vers, nom, tri, recherche);
"""


def test_la_fiche_fusionnee_d_un_jure_anonymise_n_est_plus_rangee_a_son_nom(base_vierge: Callable[[], str]) -> None:
    tris = migree(base_vierge(), "services.jures", _ANONYMISES, "SELECT tri FROM jures ORDER BY tri")
    anonyme, vaucanson = normaliser(f"{NOM} {PRENOM} {NOM}"), "vaucanson p vaucanson"
    assert [tri for (tri,) in tris] == [anonyme, anonyme, vaucanson, vaucanson]


_SANS_NOM = """
UPDATE alembic_version SET version_num = 'jures_0008';
INSERT INTO jures (id, nom, tri, recherche, adresse, civilite, prenom, departement, region, rapprochement)
SELECT md5(nom)::uuid, nom, lower(nom), lower(nom), '{}', 'M', 'P', '75', '11', '{}'
FROM unnest(ARRAY['Vaucanson', 'Marquisat']) AS nom;
INSERT INTO habilitations (id, jure_id, titre_code, ccp_codes, date_debut, date_fin, etat)
SELECT gen_random_uuid(), id, 'TP-1', '{BC01}', '2026-01-01', '2030-01-01', 'active' FROM jures;
DROP TRIGGER habilitations_a_son_nom ON habilitations;
DROP TRIGGER habilitations_renommees ON jures;
ALTER TABLE habilitations DROP COLUMN tri;
"""


def test_les_habilitations_d_avant_portent_le_nom_de_leur_jure(base_vierge: Callable[[], str]) -> None:
    tris = migree(base_vierge(), "services.jures", _SANS_NOM, "SELECT tri FROM habilitations ORDER BY tri")
    assert tris == [("marquisat",), ("vaucanson",)]


_EN_PLUSIEURS_MOTS = """
UPDATE alembic_version SET version_num = 'jures_0009';
INSERT INTO jures (id, nom, nom_usage, prenom, tri, recherche, adresse, civilite, departement, region, rapprochement)
SELECT gen_random_uuid(), nom, usage, prenom, recherche, recherche, '{}', 'M', '75', '11', '{}'
FROM (VALUES ('Le Goff', 'N''Guyễn', 'Jean-Yves', 'n guyen jean yves le goff'), ('Petit', '', 'Luc', 'petit luc'),
             ('De Sa', '', 'Ana', '')) AS v (nom, usage, prenom, recherche);
"""


def test_les_noms_d_avant_se_cherchent_d_un_mot(base_vierge: Callable[[], str]) -> None:
    lues = migree(base_vierge(), "services.jures", _EN_PLUSIEURS_MOTS, "SELECT recherche FROM jures ORDER BY recherche")
    assert lues == [("",), ("n guyen jean yves le goff jeanyves legoff nguyen",), ("petit luc",)]
