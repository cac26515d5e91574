#!/usr/bin/env python3
"""Writes the weights of a random OT-Flow, as `otflow import` and peer.py read them, and rows for it.

    python3 src/bench/model.py M D LAYERS WEIGHTS.safetensors ROWS.csv COUNT

Needs Python 3.9 or newer and nothing else. The weights are of a size at which the flow does something
but stays tame; rows are standard normal.
"""

import array
import json
import random
import struct
import sys


def tensors(m, d, layers):
    """Names and shapes in the order of the published program's state_dict."""
    rank = min(10, d + 1)
    yield "A", (rank, d + 1)
    yield "c.weight", (1, d + 1)
    yield "c.bias", (1,)
    yield "w.weight", (1, m)
    for i in range(layers):
        yield f"N.layers.{i}.weight", (m, d + 1 if i == 0 else m)
        yield f"N.layers.{i}.bias", (m,)


def main(m, d, layers, weights, rows, count):
    draw = random.Random(1)
    header, body, offset = {}, [], 0
    for name, shape in tensors(m, d, layers):
        size = shape[0] * (shape[1] if len(shape) > 1 else 1)
        scale = 0.3 if name == "A" else 0.8 / max(2, shape[-1]) ** 0.5
        values = array.array("f", (scale * draw.gauss(0, 1) for _ in range(size)))
        if sys.byteorder == "big":
            values.byteswap()
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [offset, offset + 4 * size]}
        body.append(values.tobytes())
        offset += 4 * size
    text = json.dumps(header).encode()
    with open(weights, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + b"".join(body))
    with open(rows, "w", encoding="ascii") as out:
        out.write(",".join(f"x{k}" for k in range(d)) + "\n")
        for _ in range(count):
            out.write(",".join(f"{draw.gauss(0, 1):.6g}" for _ in range(d)) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__.strip())
    main(*(int(a) for a in sys.argv[1:4]), sys.argv[4], sys.argv[5], int(sys.argv[6]))
