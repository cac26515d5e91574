#!/usr/bin/env python3
"""The same scoring in PyTorch, to compare with: log-likelihoods under an OT-Flow by RK4, with the exact trace at
every stage, batched, as a PyTorch user would write it after the equations (arXiv:2006.00104).

    python3 src/bench/peer.py --weights W.safetensors --steps 10 --batch 65536 --device cuda --compile

Needs Python 3.9 or newer and torch. Prints one JSON object.
"""

import argparse
import csv
import json
import math
import struct
import sys
import time

try:
    import torch
except ImportError:
    sys.exit("peer.py: torch was not found, install PyTorch")


def fail(message):
    """Wrong usage or bad input."""
    print(f"peer.py: {message}", file=sys.stderr)
    sys.exit(2)


def read_safetensors(path, dtype):
    """Tensors by name: 8 bytes of header length, a JSON header, raw little-endian numbers."""
    try:
        with open(path, "rb") as file:
            data = file.read()
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
    except (OSError, ValueError, struct.error) as e:
        fail(f"{path} cannot be read: {e}")
    header.pop("__metadata__", None)
    kinds = {"F32": torch.float32, "F64": torch.float64}
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] not in kinds:
            fail(f"{path}: tensor {name} is of {entry['dtype']}, expected F32 or F64")
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(bytearray(data[start:end]), dtype=kinds[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).to(dtype)
    return tensors


class Potential(torch.nn.Module):
    """Gradient in x and trace of the Hessian in x of
    Phi(s) = w'N(s) + s'A'A s / 2 + b's, for n points s = (x, t): n x (d + 1)."""

    def __init__(self, tensors):
        super().__init__()
        try:
            self.layers = sum(1 for name in tensors if name.startswith("N.layers.") and name.endswith(".weight"))
            self.register_buffer("k0", tensors["N.layers.0.weight"])  # m x (d + 1)
            self.register_buffer("b0", tensors["N.layers.0.bias"])  # m
            after = range(1, self.layers)
            self.register_buffer("k", torch.stack([tensors[f"N.layers.{i}.weight"] for i in after]))  # M x m x m
            self.register_buffer("b", torch.stack([tensors[f"N.layers.{i}.bias"] for i in after]))  # M x m
            self.register_buffer("w", tensors["w.weight"][0])  # m
            self.register_buffer("linear", tensors["c.weight"][0])  # d + 1
            self.register_buffer("gram", tensors["A"].T @ tensors["A"])  # (d + 1) x (d + 1)
        except (KeyError, RuntimeError) as e:
            fail(f"these are not the weights of an OT-Flow of two layers or more: {e}")
        self.h = 1.0 / (self.layers - 1)
        self.d = self.k0.shape[1] - 1

    @staticmethod
    def sigma(a):
        """log(e^a + e^-a), the antiderivative of tanh."""
        return a.abs() + torch.log1p(torch.exp(-2 * a.abs()))

    def forward(self, s):
        """Gradient, n x d, and trace, n."""
        opening = torch.addmm(self.b0, s, self.k0.T)  # n x m
        tanh = [torch.tanh(opening)]
        u = self.sigma(opening)
        for k, b in zip(self.k, self.b):
            a = torch.addmm(b, u, k.T)
            tanh.append(torch.tanh(a))
            u = u + self.h * self.sigma(a)
        z = [self.w.expand_as(u)]  # zM+1, then zM ... z1
        for i in range(self.layers - 1, 0, -1):
            z.append(z[-1] + self.h * (tanh[i] * z[-1]) @ self.k[i - 1])
        z.reverse()  # z[i] is zi+1
        gradient = (tanh[0] * z[0]) @ self.k0 + s @ self.gram + self.linear
        k0 = self.k0[:, : self.d]  # m x d
        trace = ((1 - tanh[0] ** 2) * z[0]) @ (k0**2).sum(1)
        jacobian = tanh[0].unsqueeze(2) * k0  # n x m x d
        for i in range(1, self.layers):
            product = torch.matmul(self.k[i - 1], jacobian)  # n x m x d
            trace = trace + self.h * ((1 - tanh[i] ** 2) * z[i] * (product**2).sum(2)).sum(1)
            if i < self.layers - 1:
                jacobian = jacobian + self.h * tanh[i].unsqueeze(2) * product
        return gradient[:, : self.d], trace + self.gram.diagonal()[: self.d].sum()


class Scorer(torch.nn.Module):
    """log p of n rows, n x d."""

    def __init__(self, potential, steps):
        super().__init__()
        self.potential = potential
        self.steps = steps

    def forward(self, x):
        z, log_det, step = x, torch.zeros_like(x[:, 0]), 1.0 / self.steps
        time_column = torch.ones_like(x[:, :1])
        for n in range(self.steps):
            stage, total = z, torch.zeros_like(z)
            for node, weight, ahead in ((0, 1 / 6, 0.5), (0.5, 1 / 3, 0.5), (0.5, 1 / 3, 1.0), (1.0, 1 / 6, 0.0)):
                s = torch.cat([stage, time_column * ((n + node) * step)], 1)
                gradient, trace = self.potential(s)
                total = total + weight * gradient
                log_det = log_det - step * weight * trace
                stage = z - ahead * step * gradient
            z = z - step * total
        return -0.5 * (z**2).sum(1) - 0.5 * z.shape[1] * math.log(2 * math.pi) + log_det


def in_chunks(scorer, x, chunk):
    return torch.cat([scorer(part) for part in x.split(chunk)])


def fastest(call, seconds, synchronize):
    """Seconds of the fastest of several calls, after a warm-up as long."""
    best = math.inf
    for measured in (False, True):
        begin = time.perf_counter()
        while True:
            start = time.perf_counter()
            call()
            synchronize()
            now = time.perf_counter()
            if measured:
                best = min(best, now - start)
            if now - begin > seconds:
                break
    return best


def measure(scorer, rows, batch, device, seconds):
    synchronize = torch.cuda.synchronize if device == "cuda" else lambda: None
    host = rows.repeat((batch + len(rows) - 1) // len(rows), 1)[:batch].contiguous()
    if device == "cuda":
        host = host.pin_memory()
        torch.cuda.reset_peak_memory_stats()
    x = host.to(device)
    chunk = batch
    while True:
        try:
            in_chunks(scorer, x, chunk)
            synchronize()
            break
        except torch.cuda.OutOfMemoryError:
            torch.cuda.empty_cache()
            chunk = (chunk + 1) // 2
            if chunk < 16:
                raise
    on_device = fastest(lambda: in_chunks(scorer, x, chunk), seconds, synchronize)
    with_copies = fastest(
        lambda: in_chunks(scorer, host.to(device, non_blocking=True), chunk).cpu(), seconds, synchronize
    )
    return {
        "batch": batch,
        "chunk": chunk,
        "eventsPerSecond": batch / on_device,
        "eventsPerSecondWithCopies": batch / with_copies,
        "peakMemoryBytes": torch.cuda.max_memory_allocated() if device == "cuda" else None,
    }


def read_columns(path, wanted=None):
    try:
        with open(path, newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
        return [[float(line[name]) for name in (wanted or line)] for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as e:
        fail(f"{path} cannot be read: {e!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--rows", help="CSV of features; default: standard normal")
    parser.add_argument("--batch", default="65536", help="sizes, separated by commas")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--tf32", action="store_true")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--check", help="CSV with a column logLikelihood for --rows")
    given = parser.parse_args()
    if given.device == "cuda" and not torch.cuda.is_available():
        sys.exit("peer.py: torch finds no CUDA device")
    torch.backends.cuda.matmul.allow_tf32 = given.tf32
    dtype = getattr(torch, given.dtype)
    potential = Potential(read_safetensors(given.weights, dtype))
    d = potential.d
    if given.rows:
        rows = torch.tensor(read_columns(given.rows), dtype=dtype)
        if rows.ndim != 2 or rows.shape[1] != d:
            fail(f"{given.rows} has rows of {list(rows.shape[1:])} features, expected {d}")
    else:
        rows = torch.randn(4096, d, generator=torch.Generator().manual_seed(1)).to(dtype)
    scorer = Scorer(potential, given.steps).to(given.device).eval()
    result = {
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name() if given.device == "cuda" else "cpu",
        "dtype": given.dtype,
        "tf32": given.tf32,
        "compiled": False,
        "shape": {"m": potential.k0.shape[0], "d": d, "layers": potential.layers, "steps": given.steps},
    }
    with torch.no_grad():
        if given.compile:
            compiled = torch.compile(scorer)
            try:
                compiled(rows[:64].to(given.device))
                scorer, result["compiled"] = compiled, True
            except Exception as e:  # whatever the compiler meets: measured eager then, and said so
                result["compileError"] = str(e).strip().splitlines()[0]
        if given.check:
            actual = scorer(rows.to(given.device)).double().cpu()
            expected = torch.tensor(read_columns(given.check, ["logLikelihood"]), dtype=torch.float64)[:, 0]
            error = (actual - expected).abs()
            result["meanError"], result["largestError"] = error.mean().item(), error.max().item()
        result["scoring"] = [
            measure(scorer, rows, int(batch), given.device, given.seconds) for batch in given.batch.split(",")
        ]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
