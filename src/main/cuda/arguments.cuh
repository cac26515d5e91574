// What a launch is given. The order and the types are those that io.otflow.engine.cuda.Arguments
// writes: eight bytes each first, four bytes each then.
#pragma once

#include "tile.cuh"

struct Arguments {
  const float* weights;    // all of a model, see PackedWeights; the offsets below are into it
  const float* rule;       // tables of the integrator, see its file
  const float* x;          // rows x d, row-major, scaled
  double* logLikelihood;   // one a row, nats
  double* errorEstimate;   // one a row, nats; adaptive only
  float* traces;           // rows x 39; adaptive only: what refining an event begins with
  int* queue;              // see queue.cuh; adaptive only
  double constant;         // what -|z|^2/2 + log-determinant still lacks, nats

  int rows;
  int d;
  int width;               // m, a multiple of R
  int layers;              // M
  int factorColumns;       // q
  int inputRows;           // rows of the input panel: x, t, 1, zeros; a multiple of Q
  int gradientBlocks;      // d in blocks of GRADIENT_ROWS, rounded up
  int steps;
  int nodes;               // quadrature only
  int split;               // 1: tensor cores get each number as the sum of two; 0: cut to one

  // Offsets into weights, in floats. Matrices for products are cut into blocks of rows, each
  // block stored inner index by inner index, so that a product reads them from end to end.
  int first;               // (K0 | b0): m x inputRows
  int forward;             // K1 ... KM: m x m each
  int bias;                // b1 ... bM: m each
  int backward;            // h K1' ... h KM', the last one's columns times w: m x m each
  int gradient;            // (K0 without time)' | A'A | b: d x (m + inputRows)
  int output;              // w: m
  int factor;              // factor of K0, q x m: column k is zero before its element k
  int squares;             // its rows' squared norms: m

  float residualStep;      // h = 1 / M
  float quadraticTrace;    // tr(E'A'AE)
  float tolerance;         // nats; adaptive only
};
