from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def directory_file(tmp_path: Path):
    Image.new("RGB", (40, 10), "#0b5fff").save(tmp_path / "corp.png")

    def write(text: str) -> Path:
        path = tmp_path / "directories.yaml"
        path.write_text(text)
        return path

    return write
