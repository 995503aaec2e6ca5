"""Parts of the file that XlsxWriter makes of many small pieces, written a piece at a time.

It writes each tag by itself and looks through all of its attributes for what must be
escaped: eighteen tags for the box of a comment, in which nothing is but numbers. What is
written here is the same, letter by letter.
"""

from __future__ import annotations

from html import escape
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.comments import Comments
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.vml import Vml

from exports.excel.sheet import letters


class WorkbookOfParts(Workbook):  # type: ignore[misc] # it has no types
    """A workbook that is packed by `Package`."""

    def _get_packager(self) -> Package:
        return Package()


class Package(Packager):  # type: ignore[misc]
    """The parts of a file; only sheets with comments have drawings of the old kind."""

    def _write_vml_files(self) -> None:
        held = [sheet for sheet in self.workbook.worksheets() if sheet.has_vml]
        for at, sheet in enumerate(held, start=1):
            part = _Boxes()
            part._set_xml_writer(self._filename(f"xl/drawings/vmlDrawing{at}.vml"))
            part._assemble_xml_file(sheet.vml_data_id, sheet.vml_shape_id, sheet.comments_list)

    def _write_comment_files(self) -> None:
        held = [sheet for sheet in self.workbook.worksheets() if sheet.has_comments]
        for at, sheet in enumerate(held, start=1):
            part = _Comments()
            part._set_xml_writer(self._filename(f"xl/comments{at}.xml"))
            part._assemble_xml_file(sheet.comments_list)

    def _write_shared_strings_file(self) -> None:
        if self.workbook.str_table.count:
            part = _Texts()
            part.string_table = self.workbook.str_table
            part._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            part._assemble_xml_file()


class _Boxes(Vml):  # type: ignore[misc]
    """The boxes of comments, hidden until a pointer rests on a cell."""

    def _write_comment_shape(self, shape_id: int, z_index: int, comment: Any) -> None:
        left, row, x, y, right, last, x_end, y_end, *points = comment.vertices
        across, down, width, height = (pixels * 0.75 for pixels in points)
        self.fh.write(
            f'<v:shape id="_x0000_s{shape_id}" type="#_x0000_t202" style="position:absolute;'
            f"margin-left:{across:.15g}pt;margin-top:{down:.15g}pt;"
            f"width:{width:.15g}pt;height:{height:.15g}pt;"
            f'z-index:{z_index};visibility:hidden" '
            f'fillcolor="{comment.color._vml_rgb_hex_value()}" o:insetmode="auto">'
            '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
            '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
            '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
            "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>"
            f"{left}, {x}, {row}, {y}, {right}, {x_end}, {last}, {y_end}</x:Anchor>"
            f"<x:AutoFill>False</x:AutoFill><x:Row>{comment.row}</x:Row>"
            f"<x:Column>{comment.col}</x:Column></x:ClientData></v:shape>"
        )


class _Comments(Comments):  # type: ignore[misc]
    """What comments say."""

    def _write_comment(self, comment: Any, author_id: int) -> None:
        place = f"{letters(comment.col + 1)}{comment.row + 1}"
        self.fh.write(
            f'<comment ref="{place}" authorId="{author_id}"><text><r><rPr>'
            f'<sz val="{comment.font_size}"/><color indexed="81"/>'
            f'<rFont val="{comment.font_name}"/><family val="{comment.font_family}"/></rPr>'
            f"{self._text(comment.text)}</r></text></comment>"
        )

    def _text(self, text: str) -> str:
        return _element(self._escape_control_characters(text) if "_x" in text else text)


class _Texts(SharedStrings):  # type: ignore[misc]
    """The texts of all cells, each once."""

    def _write_sst_strings(self) -> None:
        marked = self._escape_control_characters
        texts = [marked(text) if "_x" in text else text for text in self.string_table.string_array]
        self.fh.write("".join([f"<si>{_element(text)}</si>" for text in texts]))


def _element(text: str) -> str:
    """Return a text that a workbook can hold as an element; blanks at its ends are kept."""
    kept = "" if text == text.strip() else ' xml:space="preserve"'
    return f"<t{kept}>{escape(text, quote=False)}</t>"
