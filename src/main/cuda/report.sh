#!/usr/bin/env bash
# What the compiled kernels are made of, as docs/gpu.md tells it:
#   src/main/cuda/report.sh [TARGET...]      (default: 80 86 89 90 100 120)
# Registers and spills of each kernel by ptxas; where cuobjdump or nvdisasm can read what ptxas wrote
# (CUDA 11.8's read their own ptxas's for 80 to 90, put them first in PATH), the share of each
# innermost loop's instructions that are multiply-adds.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
modules=$here/../resources/io/otflow/engine/cuda
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(80 86 89 90 100 120)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf '%-16s %-6s %-11s %9s %7s %6s  %s\n' module target kernel registers spilled blocks 'FFMA in its loops'
for module in "$modules"/*x*.ptx; do
  name=$(basename "$module" .ptx)
  for target in "${targets[@]}"; do
    ptxas -v -arch="sm_$target" "$module" -o "$work/cubin" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
    : >"$work/mix"
    if nvdisasm -c "$work/cubin" >"$work/sass" 2>/dev/null; then
      awk -f "$here/mix.awk" "$work/sass" >"$work/mix"
    fi
    awk -v name="$name" -v target="sm_$target" -v mix="$work/mix" '
      BEGIN { while ((getline line < mix) > 0) { split(line, part, " "); loops[part[1]] = loops[part[1]] " " part[2] } }
      /Compiling entry function/ { split($0, quoted, "\047"); kernel = quoted[2] }
      /spill stores/ { spilled = $5 + $9 }
      /Used [0-9]+ registers/ {
        match($0, /Used [0-9]+/); registers = substr($0, RSTART + 5, RLENGTH - 5)
        # 65536 registers a multiprocessor, dealt out in units of 8 a thread, 256 threads a block.
        printf "%-16s %-6s %-11s %9d %7d %6d %s\n", name, target, kernel, registers, spilled,
          int(65536 / (256 * 8 * int((registers + 7) / 8))), loops[kernel]
      }' "$work/log"
  done
done
