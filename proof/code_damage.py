"""Ways to damage a module of Python, whatever its names: comparisons, numbers and words that stand for something."""

import ast
from collections.abc import Iterator

OPPOSITES = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
WORDS = {  # groups, markers, verdicts, certainties
    "sme": "large", "large": "sme", "o": "D", "D": "o", "<": ">", ">": "<", "read": "rewrite",
    "fits": "overstates", "overstates": "fits", "reverses": "fits", "not judged": "fits",
    "confirmed": "alone", "alone": "confirmed", "differs": "alone", "none": "alone",
}  # fmt: skip


def damaged_code(source: str) -> Iterator[tuple[str, int, str]]:
    """Yield each damage: its kind, its line, the source as it becomes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OPPOSITES:
            left, right = ast.unparse(node.left), ast.unparse(node.comparators[0])
            yield "code: comparison", *replaced(source, node, f"({left}) {OPPOSITES[type(node.ops[0])]} ({right})")
        elif isinstance(node, ast.BoolOp):
            word = " and " if isinstance(node.op, ast.Or) else " or "
            yield (
                "code: and, or",
                *replaced(source, node, word.join(f"({ast.unparse(value)})" for value in node.values)),
            )
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield "code: number", *replaced(source, node, str(node.value + 1))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in WORDS:
            yield "code: word", *replaced(source, node, repr(WORDS[node.value]))


def replaced(source: str, node: ast.expr, become: str) -> tuple[int, str]:
    """Return the line of a node, and a module's source with other words in its place."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    whole = b"".join(lines)
    return node.lineno, (whole[:start] + become.encode() + whole[end:]).decode()
