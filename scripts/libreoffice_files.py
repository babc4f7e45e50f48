"""Makes the lists in ``tests/data/libreoffice`` with LibreOffice, as people save them there: ``python -m scripts.libreoffice_files``.

Needs ``soffice`` (Debian: libreoffice-calc). The files are kept, so that tests need no LibreOffice.
"""

import subprocess
import tempfile
from pathlib import Path

from scripts.catalogues import ROOT

FOLDER = ROOT / "tests" / "data" / "libreoffice"
LIST = (
    "email,given_name,family_name,police_service,service_number,rank,member_since\n"
    "ada@example.org,Zoé,d’Amours-Lœuf,toronto,00421,Sergeant,2010-05-01\n"
)
# Text columns are read as text, the last as a day (YMD is format 5).
AS_TEXT = "/".join(f"{column}/2" for column in range(1, 7)) + "/7/5"
READ = f"CSV:44,34,76,1,{AS_TEXT}"
SAVED = {
    "list.xlsx": "xlsx:Calc MS Excel 2007 XML",
    "list.ods": "ods:calc8",
    "list.xls": "xls:MS Excel 97",
    "list.csv": "csv:Text - txt - csv (StarCalc):59,34,ANSI,1",
    "list-tabs.csv": "csv:Text - txt - csv (StarCalc):9,34,76,1",
    "list-flat.fods": "fods:OpenDocument Spreadsheet Flat XML",
}


def make() -> None:
    """Convert one list into every format."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, kind in SAVED.items():
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"{Path(name).stem}.csv"
            source.write_text(LIST, encoding="utf-8")
            out = Path(folder) / "out"
            command = ["soffice", "--headless", f"--infilter={READ}", "--convert-to", kind, "--outdir", str(out)]
            subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=180)
            (FOLDER / name).write_bytes(next(out.iterdir()).read_bytes())


if __name__ == "__main__":
    make()
