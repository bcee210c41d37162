from __future__ import annotations

from pathlib import Path

import numba
import pytest

from geo import compiled


def test_edited_code_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREROUND_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "kernels.py").write_text("A = 1\n")
    before = compiled.cache_folder(tmp_path / "kernels.py")
    assert before == compiled.cache_folder(tmp_path / "kernels.py")
    (tmp_path / "kernels.py").write_text("A = 2\n")
    assert compiled.cache_folder(tmp_path / "kernels.py") != before
    assert before.is_relative_to(tmp_path / "cache")


def test_a_cache_that_cannot_be_written_is_left_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("CAREROUND_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert compiled.cache_folder(Path(compiled.__file__)).is_dir()


def test_others_keep_their_folder_for_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", "theirs")
    with compiled.cached_beside(compiled.__file__):
        assert "geo-" in numba.config.CACHE_DIR  # type: ignore[attr-defined]  # set at run time
    assert numba.config.CACHE_DIR == "theirs"  # type: ignore[attr-defined]  # set at run time


def test_the_command_compiles_everything(capsys: pytest.CaptureFixture[str]) -> None:
    compiled.main()
    assert "Kernels ready" in capsys.readouterr().out
