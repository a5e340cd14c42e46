import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from local.cles import Cles, garder


def test_les_cles_sont_faites_une_fois_et_lisibles_de_leur_seul_proprietaire(tmp_path):
    cles = Cles(tmp_path / "cles")
    assert Cles(tmp_path / "cles").privee == cles.privee
    assert [f.stat().st_mode & 0o777 for f in (tmp_path / "cles").iterdir()] == [0o600, 0o600]


def test_la_cle_publique_verifie_ce_que_la_privee_signe(tmp_path):
    cles = Cles(tmp_path / "cles")
    privee = serialization.load_pem_private_key(cles.privee.encode(), password=None)
    serialization.load_pem_public_key(cles.publique.encode()).verify(privee.sign(b"acte"), b"acte")


def test_un_secret_coupe_pendant_qu_on_l_ecrit_n_est_pas_garde(tmp_path, monkeypatch):
    """Seen kept, empty: every machine whose disk was full then had the same passwords."""
    with monkeypatch.context() as plein, pytest.raises(OSError, match="plein"):
        plein.setattr(Path, "write_text", lambda *_: (_ for _ in ()).throw(OSError("disque plein")))
        garder(tmp_path / "graine", lambda: "secret")
    assert garder(tmp_path / "graine", lambda: "secret") == "secret"
    assert stat.S_IMODE((tmp_path / "graine").stat().st_mode) == 0o600


def test_un_mot_de_passe_est_propre_a_son_role_et_a_sa_machine(tmp_path):
    une, autre = Cles(tmp_path / "une"), Cles(tmp_path / "autre")
    assert une.mot_de_passe("ceres_jures") == une.mot_de_passe("ceres_jures")
    assert une.mot_de_passe("ceres_jures") != une.mot_de_passe("ceres_sessions")
    assert une.mot_de_passe("ceres_jures") != autre.mot_de_passe("ceres_jures")
