// log p of rows under an OT-Flow, one launch a batch: a block takes a tile of events through the whole
// trajectory; only rows come in from device memory, weights stream from it, and results go out. (What
// an event that is refined begins with goes out and in again.)
//
// Compile as build.sh does, once for each line of tiles.txt.
#include "adaptive.cuh"
#include "quadrature.cuh"
#include "rk4.cuh"
