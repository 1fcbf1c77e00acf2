"""Repairs of the tag tree WeasyPrint writes, so that it says what the HTML said.

WeasyPrint tags page by page: what crosses a page becomes two elements, a repeated table header is read
twice, page numbers are neither content nor artifact. Here the halves are joined, and everything that is
not in the tree is marked as an artifact, which screen readers skip.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object
from weasyprint import Page

_PX_TO_PT = 0.75
_ROW_GROUPS = {"thead": "THead", "tbody": "TBody", "tfoot": "TFoot"}
_TAGS = {
    "main": "Part", "article": "Art", "section": "Sect", "blockquote": "BlockQuote", "div": "Div", "p": "P",
    "ul": "L", "ol": "L", "dl": "L", "li": "LI", "dt": "LI", "dd": "LI",
    "table": "Table", "tr": "TR", "th": "TH", "td": "TD", "caption": "Caption", "figcaption": "Caption",
    "tbody": "TBody", **{f"h{level}": f"H{level}" for level in range(1, 7)},
    **dict.fromkeys(("nav", "header", "footer", "aside", "figure", "address", "details", "pre"), "NonStruct"),
}  # fmt: skip
_MARKED = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")


def repair(pdf: pikepdf.Pdf, pages: Sequence[Page], *, link_texts: Mapping[str, str]) -> None:
    """Repair the tags of `pdf`, which was written from the laid-out `pages`.

    `link_texts` gives the words of a link by its target: an address, or the name of an anchor.
    """
    root = pdf.Root.StructTreeRoot
    document = root.K[0]
    _join_pages(pdf, document, pages)
    content = _finish_elements(pdf, document)
    _mark_the_rest_as_artifacts(pdf, root, content)
    _describe_links(pdf, link_texts)


def _join_pages(pdf: pikepdf.Pdf, document: Object, pages: Sequence[Page]) -> None:
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    by_page: dict[int, list[Object]] = defaultdict(list)
    for kid in document.K:
        by_page[numbers[kid.Pg.objgen]].append(kid)
    joined: list[Object] = []
    seen: dict[Any, str] = {}
    for number, page in enumerate(pages):
        elements = dict(_splittable_elements(page))
        chain = [tag for element, tag in elements.items() if element in seen]
        kids = by_page[number]
        _join([joined], [kids], chain)
        joined.extend(kids)
        seen = elements
    for kid in joined:
        kid.P = document
    document.K = Array(joined)


def _splittable_elements(page: Page) -> Iterator[tuple[Any, str]]:
    """The HTML elements of a page that may go on overleaf, outermost first, with their PDF tags."""

    def walk(box: Any) -> Iterator[tuple[Any, str]]:
        box = getattr(box, "_box", box)
        tag = box.element_tag
        if tag in ("thead", "tfoot"):
            return
        if box.element is not None and tag in _TAGS:
            yield box.element, _TAGS[tag]
        for child in getattr(box, "children", ()):
            yield from walk(child)

    for box in page._page_box.children:
        if getattr(box, "element_tag", None) == "html":
            yield from walk(box)


def _join(left: list[list[Object]], right: list[list[Object]], chain: list[str]) -> None:
    """Join the last element on the left with the first on the right, and so on inwards along `chain`.

    `left` and `right` hold the children to choose from, innermost first: a nested list is tagged as the
    sibling of the item it belongs to. What is joined is removed from the right.
    """
    if not chain:
        return
    for left_kids, right_kids in zip(left, right, strict=True):
        head = next((kid for kid in reversed(left_kids) if f"/{chain[0]}" == kid.S), None)
        tail = next((kid for kid in right_kids if f"/{chain[0]}" == kid.S), None)
        if head is None or tail is None:
            continue
        if chain[0] == "Table":
            _drop_repeated_groups(head, tail)
        head_kids, tail_kids = _elements(head), _elements(tail)
        if chain[0] == "TR":
            _join_rows(head_kids, tail_kids)
        else:
            bodies = [any(Name.LBody == kid.S for kid in kids) for kids in (head_kids, tail_kids)]
            if chain[0] == "LI" and all(bodies):
                _join([head_kids], [tail_kids], ["LBody", *chain[1:]])
            else:
                _join([head_kids, left_kids], [tail_kids, right_kids], chain[1:])
        _set_kids(head, head_kids + tail_kids)
        right_kids.remove(tail)
        return


def _join_rows(head_cells: list[Object], tail_cells: list[Object]) -> None:
    """A row taller than its page: each cell goes on in the cell below it."""
    for head, tail in zip(head_cells, list(tail_cells), strict=False):
        _set_kids(head, _elements(head) + _elements(tail))
        tail_cells.remove(tail)


def _drop_repeated_groups(head: Object, tail: Object) -> None:
    for name in (Name.THead, Name.TFoot):
        if any(name == kid.S for kid in head.K):
            tail.K = Array([kid for kid in tail.K if name != kid.S])


def _elements(element: Object) -> list[Object]:
    return list(element.K)


def _set_kids(element: Object, kids: list[Object]) -> None:
    for kid in kids:
        kid.P = element
    element.K = Array(kids)


def _finish_elements(pdf: pikepdf.Pdf, document: Object) -> dict[tuple[int, int], set[int]]:
    """Set header scopes and figure boxes; return the numbers of the marked content in use, by page object."""
    heights = {page.obj.objgen: float(page.mediabox[3]) for page in pdf.pages}
    content: dict[tuple[int, int], set[int]] = defaultdict(set)
    pending = [(document, False)]
    while pending:
        element, in_head = pending.pop()
        kind = element.get("/S")
        if kind == Name.Figure:
            x1, y1, x2, y2 = (float(number) * _PX_TO_PT for number in element.A.BBox)
            height = heights[element.Pg.objgen]
            element.A.BBox = Array([round(number, 2) for number in (x1, height - y2, x2, height - y1)])
        elif kind == Name.TR:
            _set_scopes(element, in_head)
        elif kind == Name.LI:
            _wrap_body(pdf, element)
        elif kind == Name.Link:
            _flatten_link(pdf, element)
        in_head = in_head or kind == Name.THead
        for kid in element.K:
            if isinstance(kid, int):
                content[element.Pg.objgen].add(kid)
            elif "/S" in kid:
                pending.append((kid, in_head))
    return content


def _wrap_body(pdf: pikepdf.Pdf, item: Object) -> None:
    """A list item holds a label and a body, also where the HTML has paragraphs straight in the item."""
    kids = _elements(item)
    loose = [kid for kid in kids if kid.S not in (Name.Lbl, Name.LBody)]
    if loose:
        body = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, Pg=item.Pg, P=item))
        label = [kid for kid in kids if Name.Lbl == kid.S]
        contents = [kid for kid in kids if Name.Lbl != kid.S]
        inner = [part for kid in contents for part in (kid.K if Name.LBody == kid.S else [kid])]
        _set_kids(body, inner)
        _set_kids(item, [*label, body])


def _flatten_link(pdf: pikepdf.Pdf, link: Object) -> None:
    """Make one link of a link and what CSS generates inside it, such as a page number in a contents list."""
    nested = [kid for kid in link.K if not isinstance(kid, int) and kid.get("/S") == Name.Link]
    if not nested:
        return
    parents = pdf.Root.StructTreeRoot.ParentTree.Nums
    kids = [kid for kid in link.K if kid not in nested]
    for inner in nested:
        _flatten_link(pdf, inner)
        for kid in inner.K:
            if isinstance(kid, int):
                parents[2 * int(inner.Pg.StructParents) + 1][kid] = link
                kids.append(kid)
            elif "/Obj" in kid:
                annotation, page = kid.Obj, inner.Pg
                page.Annots = Array([other for other in page.Annots if other.objgen != annotation.objgen])
                parents[2 * int(annotation.StructParent) + 1] = None
    link.K = Array(kids)


def _set_scopes(row: Object, in_head: bool) -> None:
    """A header is for its column in the table's head and in rows of headers only, else for its row.

    The lists of header identifiers go: scopes say the same, and WeasyPrint's lists point to headers that
    are repeated overleaf.
    """
    cells = list(row.K)
    scope = Name.Column if in_head or all(cell.S == Name.TH for cell in cells) else Name.Row
    for cell in cells:
        if cell.S == Name.TH:
            cell.A.Scope = scope
            if "/ID" in cell:
                del cell["/ID"]
        elif "/A" in cell and "/Headers" in cell.A:
            del cell.A["/Headers"]


def _mark_the_rest_as_artifacts(pdf: pikepdf.Pdf, root: Object, content: Mapping[tuple[int, int], set[int]]) -> None:
    parents = root.ParentTree.Nums
    for page in pdf.pages:
        used = content.get(page.obj.objgen, set())

        def as_artifact(match: re.Match[bytes], used: set[int] = used) -> bytes:
            return match[0] if int(match[1]) in used else b"/Artifact BMC"

        page.Contents.write(_MARKED.sub(as_artifact, page.Contents.read_bytes()))
        owners = parents[2 * int(page.StructParents) + 1]
        for number in range(len(owners)):
            if number not in used:
                owners[number] = None
    pairs = [(parents[i], parents[i + 1]) for i in range(0, len(parents), 2)]
    root.ParentTree.Nums = Array([entry for pair in pairs if pair[1] is not None for entry in pair])


def _describe_links(pdf: pikepdf.Pdf, link_texts: Mapping[str, str]) -> None:
    for page in pdf.pages:
        for annotation in page.get("/Annots", ()):
            target = str(annotation.Contents)
            annotation.Contents = pikepdf.String(link_texts.get(target, target))
