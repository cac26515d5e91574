#!/usr/bin/env bash
# Compiles the kernel to PTX, one module for each line of tiles.txt, where the engine finds them:
#   src/main/cuda/build.sh [FOLDER]     (default: src/main/resources/io/otflow/engine/cuda)
# Needs nvcc 13.0 (another version's output differs, and the test that compares would say so).
#
# The PTX is for compute_80 and, so that drivers from 520 on take it, of version 7.8: the header that
# nvcc writes names its own version, and hints that came with 8.3 are taken out. ptxas, run on the
# result, refuses what 7.8 has not.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
resources=$source/../resources/io/otflow/engine/cuda
to=${1:-$resources}
mkdir -p "$to"

command -v nvcc >/dev/null || { echo "build.sh: nvcc was not found, install CUDA 13.0" >&2; exit 1; }
version=$(nvcc --version | sed -n 's/.*, V\([0-9.]*\)$/\1/p')
case $version in 13.0.*) ;; *) echo "build.sh: nvcc is $version, expected 13.0" >&2; exit 1 ;; esac
fingerprint=$(cd "$source" && LC_ALL=C cat -- *.cu *.cuh | sha256sum | cut -d' ' -f1)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# compile SOURCE NAME OPTIONS...
compile() {
  local file=$1 name=$2
  shift 2
  nvcc -ptx -arch=compute_80 -std=c++17 -O3 "$@" "$source/$file" -o "$work/$name.ptx"
  {
    echo "// tile $name, compiled by src/main/cuda/build.sh with nvcc $version"
    echo "// sources $fingerprint"
    sed -e '/^\/\//d' -e '/^$/d' -e 's/^\.version .*/.version 7.8/' -e '/\.pragma "used_bytes_mask/d' \
      "$work/$name.ptx"
  } >"$work/$name.final"
  ptxas -arch=sm_80 -o "$work/$name.cubin" "$work/$name.final"
  mv "$work/$name.final" "$to/$name.ptx"
}

while read -r rows columns events chunk deep tensor; do
  case $rows in ''|\#*) continue ;; esac
  name=${rows}x${columns}x${events}
  if [ "$deep" = true ]; then name=$name-deep; fi
  if [ "$tensor" = true ]; then name=$name-tensor; fi
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
  compile score.cu "$name" -DOTFLOW_ROWS="$rows" -DOTFLOW_COLUMNS="$columns" \
    -DOTFLOW_EVENTS="$events" -DOTFLOW_CHUNK="$chunk" -DOTFLOW_DEEP="$deep" \
    -DOTFLOW_TENSOR="$tensor" &
done <"$resources/tiles.txt"
compile peak.cu peak &
for job in $(jobs -p); do wait "$job"; done
