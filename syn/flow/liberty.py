# SPDX-License-Identifier: Apache-2.0
"""Reader of cell libraries in Liberty format: what timing tools leave to be done for power.

Units of what is returned: um2, W, F, J, s. Supported: nonlinear (table) energies, ff and latch groups.
"""
from __future__ import annotations

import bisect
import dataclasses
import pathlib
import re
from typing import Iterator

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z0-9_.+\-*/!&|^\'\[\]<>%]+|[(){}:;,]', re.DOTALL)


class LibertyError(Exception):
    """The file is no usable library: file, place, what was expected."""


@dataclasses.dataclass
class Group:
    """name (arguments) { attributes and groups }"""
    name: str
    arguments: list[str]
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)
    lists: list[tuple[str, list[str]]] = dataclasses.field(default_factory=list)
    groups: list["Group"] = dataclasses.field(default_factory=list)

    def all(self, name: str) -> Iterator["Group"]:
        return (group for group in self.groups if group.name == name)

    def values(self, name: str) -> list[list[float]]:
        """Rows of numbers of a list such as values("1, 2", "3, 4"); [] if there is none."""
        for key, arguments in self.lists:
            if key == name:
                return [[float(x) for x in re.split(r"[\s,]+", row.strip(", \t\n")) if x] for row in arguments]
        return []


@dataclasses.dataclass
class Table:
    """Energy in J over up to two of: load (F), slew (s)."""
    axes: list[tuple[str, list[float]]]  # ("load" | "slew", points)
    rows: list[list[float]]

    def at(self, slew: float, load: float) -> float:
        """Linear between the points, and beyond them along the outermost pair, as timing tools do."""
        places = [position(points, slew if kind == "slew" else load) for kind, points in self.axes]
        if not places:
            return self.rows[0][0]
        if len(places) == 1:
            return between(self.rows[0], places[0])
        low, share = places[0]
        if len(self.rows) == 1:
            return between(self.rows[0], places[1])
        return (1 - share) * between(self.rows[low], places[1]) + share * between(self.rows[low + 1], places[1])


def position(points: list[float], x: float) -> tuple[int, float]:
    if len(points) == 1:
        return 0, 0.0
    low = min(max(bisect.bisect_right(points, x) - 1, 0), len(points) - 2)
    return low, (x - points[low]) / (points[low + 1] - points[low])


def between(row: list[float], place: tuple[int, float]) -> float:
    low, share = place
    return row[low] if len(row) == 1 else (1 - share) * row[low] + share * row[low + 1]


@dataclasses.dataclass
class Energy:
    """Internal energy of one transition of a pin; `related`: only if caused by that input pin."""
    related: tuple[str, ...]
    when: str
    rise: Table | None
    fall: Table | None


@dataclasses.dataclass
class Pin:
    name: str
    direction: str
    capacitance: float
    function: str
    clock: bool
    energies: list[Energy]
    max_capacitance: float  # F, 0 if not stated


@dataclasses.dataclass
class Cell:
    name: str
    area: float
    leakage: float
    pins: dict[str, Pin]
    state: str  # name of the state variable, "" if combinational
    kind: str  # "comb", "ff" or "latch"
    next_state: str = ""
    clock: str = ""  # clocked_on or enable
    clear: str = ""
    preset: str = ""
    inverted_state: str = ""
    clock_gate: str = ""  # clock_gating_integrated_cell
    unusable: bool = False  # dont_use, a pad, three-state or state table

    def inputs(self) -> list[str]:
        return [pin.name for pin in self.pins.values() if pin.direction == "input"]

    def outputs(self) -> list[str]:
        return [pin.name for pin in self.pins.values() if pin.direction == "output"]


@dataclasses.dataclass
class Library:
    name: str
    path: pathlib.Path
    voltage: float
    cells: dict[str, Cell]


def tokens_of(text: str) -> list[str]:
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"//[^\n]*", " ", text)
    return TOKEN.findall(text.replace("\\\n", " "))


def parse(text: str, place: str) -> Group:
    """The outermost group of a Liberty text."""
    tokens, at = tokens_of(text), 0

    def fail(wanted: str) -> LibertyError:
        seen = tokens[at] if at < len(tokens) else "the end of the file"
        return LibertyError(f"{place}: token {at}: expected {wanted}, found {seen}")

    def take(wanted: str = "") -> str:
        nonlocal at
        if at >= len(tokens) or (wanted and tokens[at] != wanted):
            raise fail(repr(wanted) if wanted else "more")
        at += 1
        return tokens[at - 1]

    root = Group("", [])
    stack = [root]
    while at < len(tokens):
        word = take()
        if word == "}":
            if len(stack) == 1:
                raise fail("the end of the file")
            stack.pop()
        elif word == ";":
            continue
        elif at < len(tokens) and tokens[at] == ":":
            take(":")
            parts = []
            while at < len(tokens) and tokens[at] not in (";", "}"):
                parts.append(take().strip('"'))
                if at < len(tokens) and at + 1 < len(tokens) and tokens[at + 1] in (":", "("):
                    break  # a forgotten semicolon
            stack[-1].attributes[word] = " ".join(parts)
        elif at < len(tokens) and tokens[at] == "(":
            take("(")
            arguments = []
            while at < len(tokens) and tokens[at] != ")":
                if tokens[at] != ",":
                    arguments.append(tokens[at].strip('"'))
                at += 1
            take(")")
            if at < len(tokens) and tokens[at] == "{":
                take("{")
                group = Group(word, arguments)
                stack[-1].groups.append(group)
                stack.append(group)
            else:
                stack[-1].lists.append((word, arguments))
        else:
            raise fail("':' or '('")
    if len(stack) != 1:
        raise fail("'}'")
    libraries = list(root.all("library"))
    if len(libraries) != 1:
        raise LibertyError(f"{place}: expected one library group, found {len(libraries)}")
    return libraries[0]


def unit(text: str, names: dict[str, float], place: str) -> float:
    match = re.fullmatch(r"([0-9.]+)\s*([a-zA-Z]+)", text.strip())
    if not match or match.group(2).lower() not in names:
        raise LibertyError(f"{place}: expected a unit such as 1{next(iter(names))}, found '{text}'")
    return float(match.group(1)) * names[match.group(2).lower()]


class Reader:
    """Turns the groups of one library into cells."""

    def __init__(self, library: Group, path: pathlib.Path):
        self.library, self.path = library, path
        attributes, place = library.attributes, str(path)
        self.time = unit(attributes.get("time_unit", "1ns"), {"ns": 1e-9, "ps": 1e-12, "us": 1e-6}, place)
        volt = unit(attributes.get("voltage_unit", "1V"), {"v": 1.0, "mv": 1e-3}, place)
        self.leakage = unit(attributes.get("leakage_power_unit", "1nW"),
                            {"w": 1.0, "mw": 1e-3, "uw": 1e-6, "nw": 1e-9, "pw": 1e-12}, place)
        cap = next((args for name, args in library.lists if name == "capacitive_load_unit"), ["1", "pf"])
        self.cap = float(cap[0]) * {"pf": 1e-12, "ff": 1e-15}[cap[1].lower()]
        self.energy = self.cap * volt * volt
        self.templates = {group.arguments[0]: group for kind in ("power_lut_template", "lu_table_template")
                          for group in library.all(kind)}

    def table(self, group: Group | None) -> Table | None:
        if group is None:
            return None
        rows = group.values("values")
        if not rows:
            return None
        template = self.templates.get(group.arguments[0]) if group.arguments else None
        axes: list[tuple[str, list[float]]] = []
        for number in (1, 2):
            variable = template.attributes.get(f"variable_{number}") if template else None
            if not variable:
                continue
            points = (group.values(f"index_{number}") or template.values(f"index_{number}"))[0]
            load = "capacitance" in variable
            axes.append(("load" if load else "slew", [x * (self.cap if load else self.time) for x in points]))
        if len(axes) == 2 and len(rows) == 1 and len(axes[0][1]) > 1:  # one long row
            width = len(axes[1][1])
            rows = [rows[0][i:i + width] for i in range(0, len(rows[0]), width)]
        if len(axes) == 2 and len(axes[0][1]) == 1:
            axes = axes[1:]
        return Table(axes, [[x * self.energy for x in row] for row in rows])

    def energies(self, pin: Group) -> list[Energy]:
        found = []
        for group in pin.all("internal_power"):
            both = self.table(next(group.all("power"), None))
            found.append(Energy(tuple(group.attributes.get("related_pin", "").split()),
                                group.attributes.get("when", ""),
                                self.table(next(group.all("rise_power"), None)) or both,
                                self.table(next(group.all("fall_power"), None)) or both))
        return found

    def pin(self, group: Group) -> Pin:
        attributes = group.attributes
        return Pin(group.arguments[0], attributes.get("direction", "input"),
                   float(attributes.get("capacitance", "0")) * self.cap, attributes.get("function", ""),
                   attributes.get("clock", "false") == "true", self.energies(group),
                   float(attributes.get("max_capacitance", "0")) * self.cap)

    def leakage_of(self, cell: Group) -> float:
        if "cell_leakage_power" in cell.attributes:
            return float(cell.attributes["cell_leakage_power"]) * self.leakage
        values = [float(group.attributes.get("value", "0")) for group in cell.all("leakage_power")]
        return sum(values) / len(values) * self.leakage if values else 0.0

    def cell(self, group: Group) -> Cell:
        pins = {pin.name: pin for pin in map(self.pin, group.all("pin"))}
        cell = Cell(group.arguments[0], float(group.attributes.get("area", "0")), self.leakage_of(group), pins,
                    "", "comb", clock_gate=group.attributes.get("clock_gating_integrated_cell", ""))
        for kind in ("ff", "latch"):
            for state in group.all(kind):
                names = state.arguments
                cell.kind, cell.state = kind, names[0]
                cell.inverted_state = names[1] if len(names) > 1 else ""
                cell.next_state = state.attributes.get("next_state" if kind == "ff" else "data_in", "")
                cell.clock = state.attributes.get("clocked_on" if kind == "ff" else "enable", "")
                cell.clear, cell.preset = state.attributes.get("clear", ""), state.attributes.get("preset", "")
        cell.unusable = ("true" in (group.attributes.get("dont_use"), group.attributes.get("pad_cell"))
                         or any(group.all("statetable"))
                         or any("three_state" in pin.attributes for pin in group.all("pin")))
        return cell


def lef_areas(path: pathlib.Path) -> dict[str, float]:
    """Cell areas of a LEF file (um2), for cells whose Liberty entry says 0."""
    areas, name = {}, ""
    for line in path.read_text(errors="replace").splitlines():
        words = line.split()
        if words[:1] == ["MACRO"]:
            name = words[1]
        elif words[:1] == ["SIZE"] and name and len(words) >= 4:
            areas[name] = float(words[1]) * float(words[3])
    return areas


def read(path: pathlib.Path) -> Library:
    """The library of a Liberty file. Areas of 0 come from the LEF file beside it."""
    try:
        text = path.read_text(errors="replace")
    except OSError as error:
        raise LibertyError(f"{path}: {error.strerror}") from error
    group = parse(text, str(path))
    reader = Reader(group, path)
    cells = {cell.name: cell for cell in map(reader.cell, group.all("cell"))}
    lef = path.with_suffix(".lef")
    areas = lef_areas(lef) if lef.exists() else {}
    for cell in cells.values():
        if cell.area == 0 and cell.name in areas:
            cell.area = areas[cell.name]
    return Library(group.arguments[0], path, float(group.attributes.get("nom_voltage", "1")), cells)
