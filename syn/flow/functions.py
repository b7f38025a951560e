# SPDX-License-Identifier: Apache-2.0
"""Boolean functions of Liberty: ! or ' not, * & or a space and, ^ exclusive or, + or | or."""
from __future__ import annotations

import re
from typing import Callable

TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_\[\]]*|[01]|[!'*&^+|()]")
Node = tuple  # ("name", x) ("const", 0 | 1) ("not", a) ("and" | "xor" | "or", a, b)


class FunctionError(Exception):
    """The text is no function."""


def parse(text: str) -> Node:
    tokens = TOKEN.findall(text)
    if re.sub(r"\s", "", text) != "".join(tokens) or not tokens:
        raise FunctionError(f"'{text}': expected a Boolean function")
    at = 0

    def peek() -> str:
        return tokens[at] if at < len(tokens) else ""

    def operand() -> Node:
        nonlocal at
        token = peek()
        at += 1
        if token == "!":
            return ("not", operand())
        if token == "(":
            node = operation(0)
            if peek() != ")":
                raise FunctionError(f"'{text}': expected ')'")
            at += 1
        elif token in ("0", "1"):
            node = ("const", int(token))
        elif token and token not in "'*&^+|)":
            node = ("name", token)
        else:
            raise FunctionError(f"'{text}': expected a name")
        while peek() == "'":
            at += 1
            node = ("not", node)
        return node

    # From weakest to strongest; a missing operator between two operands is an and.
    levels = (("or", "+|"), ("xor", "^"), ("and", "*&"))

    def operation(level: int) -> Node:
        nonlocal at
        if level == len(levels):
            return operand()
        name, signs = levels[level]
        node = operation(level + 1)
        while True:
            token = peek()
            if token and token in signs:
                at += 1
            elif not (name == "and" and token and token not in "+|^)'"):
                return node
            node = (name, node, operation(level + 1))

    node = operation(0)
    if at != len(tokens):
        raise FunctionError(f"'{text}': unexpected '{tokens[at]}'")
    return node


def names(node: Node) -> list[str]:
    """Names in order of their first use."""
    if node[0] == "name":
        return [node[1]]
    if node[0] == "const":
        return []
    return list(dict.fromkeys(name for child in node[1:] for name in names(child)))


def value(node: Node, values: dict[str, int]) -> int:
    kind = node[0]
    if kind == "name":
        return values[node[1]]
    if kind == "const":
        return node[1]
    if kind == "not":
        return 1 - value(node[1], values)
    a, b = value(node[1], values), value(node[2], values)
    return {"and": a & b, "or": a | b, "xor": a ^ b}[kind]


def truth_table(node: Node, inputs: list[str]) -> int:
    """Bit i is the value where input k is bit k of i."""
    table = 0
    for row in range(1 << len(inputs)):
        table |= value(node, {name: row >> k & 1 for k, name in enumerate(inputs)}) << row
    return table


def verilog(node: Node, rename: Callable[[str], str] = str) -> str:
    kind = node[0]
    if kind == "name":
        return rename(node[1])
    if kind == "const":
        return f"1'b{node[1]}"
    if kind == "not":
        return f"~{verilog(node[1], rename)}"
    sign = {"and": "&", "or": "|", "xor": "^"}[kind]
    return f"({verilog(node[1], rename)} {sign} {verilog(node[2], rename)})"
