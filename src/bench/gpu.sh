#!/usr/bin/env bash
# Measures the engine `cuda` on this machine's GPU, for docs/gpu.md, in under ten minutes:
#   src/bench/gpu.sh [FOLDER]        (default: target/gpu)
# leaves in FOLDER, for each of two shapes: errors against the double oracle for each integrator, whether
# two runs give the same bytes, otflow bench's JSON for batches of 1 to 262,144, and the same weights under
# PyTorch, eager, compiled, and with TF32, where Python has torch. Where compute-sanitizer is found, what it
# says. Prints a summary. Needs the driver, JDK 17, Maven, Python 3.9.
#   DEVICE=0        the GPU, by the driver's index
#   SECONDS_EACH=0.5  how long each measurement takes
#   SHAPES=LINES    other shapes, see below
#   BATCHES=1,64    batch sizes to measure, instead of those of otflow bench
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$here/../..
out=${1:-$home/target/gpu}
seconds=${SECONDS_EACH:-0.5}
# m d layers steps, rows for the errors, batch for PyTorch
shapes=${SHAPES:-"256 43 2 10 200 65536
64 8 2 8 2000 65536"}
export CUDA_VISIBLE_DEVICES=${DEVICE:-0}
mkdir -p "$out"
otflow() { "$home/bin/otflow" "$@" 2>>"$out/log.txt"; }
say() { echo "gpu.sh: $*"; }
: >"$out/log.txt"
: >"$out/summary.txt"
{ command -v nvidia-smi >/dev/null && nvidia-smi --format=csv \
  --query-gpu=name,driver_version,compute_cap,clocks.max.sm,memory.total || echo "nvidia-smi was not found"; } |
  tee "$out/device.csv"

# errors A.csv B.csv: mean and largest difference of the column logLikelihood, which comes first
errors() {
  paste -d, <(cut -d, -f1 "$1") <(cut -d, -f1 "$2") |
    awk -F, 'NR > 1 { e = $1 - $2; if (e < 0) e = -e; s += e; if (!(e <= m)) m = e; n++ }
             END { printf "mean %.2g, largest %.2g over %d rows\n", s / n, m, n }'
}

while read -r m d layers steps rows batch; do
  shape=$m,$d,$layers,$steps
  base=$out/m$m-d$d
  say "($shape)"
  python3 "$here/model.py" "$m" "$d" "$layers" "$base.safetensors" "$base.rows.csv" "$rows"
  otflow import --weights "$base.safetensors" --model "$base.avro" --steps "$steps" >/dev/null
  for integrator in rk4 quadrature adaptive; do
    score() {
      otflow score --model "$base.avro" --data "$base.rows.csv" --integrator "$integrator" "$@"
    }
    score --engine reference --scores "$base.$integrator.reference.csv"
    score --engine cuda --scores "$base.$integrator.cuda.csv"
    score --engine cuda --scores "$base.$integrator.again.csv"
    same=equal
    cmp -s "$base.$integrator.cuda.csv" "$base.$integrator.again.csv" || same=DIFFERENT
    echo "($shape) $integrator against the oracle: $(errors "$base.$integrator.cuda.csv" \
      "$base.$integrator.reference.csv"), two runs $same" | tee -a "$out/summary.txt"
  done
  integrator=rk4
  for precision in split-tf32 tf32; do
    score --engine cuda --precision "$precision" --scores "$base.$precision.csv"
    echo "($shape) rk4, $precision, against the oracle: $(errors "$base.$precision.csv" \
      "$base.rk4.reference.csv")" | tee -a "$out/summary.txt"
  done
  for precision in single split-tf32 tf32; do
    otflow bench --engine cuda --precision "$precision" --json --shape "$shape" --threads 1 \
      --seconds "$seconds" ${BATCHES:+--batches "$BATCHES"} >"$base.$precision.bench.json"
    python3 - "$base.$precision.bench.json" "$precision" <<'PY' | tee -a "$out/summary.txt"
import json, sys
for r in json.load(open(sys.argv[1]))["scoring"]:
    print(f"({r['m']},{r['d']}) {r['integrator']}, {sys.argv[2]}, batch {r['batch']}: "
          f"{r['eventsPerSecondPerCore']:,.0f} events/s with copies, "
          f"{r['deviceEventsPerSecond']:,.0f} without, {1e3 * r['batch'] / r['eventsPerSecondPerCore']:.3g} ms a batch, "
          f"{100 * r['shareOfPeak']:.1f} % of {r['peakGflops'] / 1e3:.1f} TFLOPS")
PY
  done
  if python3 -c 'import torch' 2>/dev/null; then
    for mode in "" --compile --tf32 "--compile --tf32"; do
      name=peer$(echo "$mode" | tr -d ' -')
      # shellcheck disable=SC2086  # a list of options
      if python3 "$here/peer.py" --weights "$base.safetensors" --steps "$steps" --rows "$base.rows.csv" \
        --batch "$batch" --seconds "$seconds" --check "$base.rk4.reference.csv" ${PEER_OPTIONS:-} $mode \
        >"$base.$name.json" 2>>"$out/log.txt"; then
        echo "($shape) PyTorch $mode: $(tr -d '\n' <"$base.$name.json")" | tee -a "$out/summary.txt"
      else
        echo "($shape) PyTorch $mode failed: $(tail -1 "$out/log.txt")" | tee -a "$out/summary.txt"
      fi
    done
  fi
done <<<"$shapes"

if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck synccheck; do
    OTFLOW_JAVA_OPTS=-Xint compute-sanitizer --tool "$tool" --target-processes all "$home/bin/otflow" score \
      --engine cuda --integrator adaptive --model "$base.avro" --data "$base.rows.csv" \
      --scores "$out/sanitized.csv" >"$out/$tool.txt" 2>&1 || true
    echo "compute-sanitizer $tool: $(grep -E 'ERROR SUMMARY|RACECHECK SUMMARY' "$out/$tool.txt" | tail -1)" |
      tee -a "$out/summary.txt"
  done
fi
say "done, $out"
