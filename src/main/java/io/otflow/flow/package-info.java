/**
 * The mathematics of an OT-Flow in double, row by row, to be read line by line against the paper
 * (Onken, Wu Fung, Li, Ruthotto, arXiv:2006.00104; DESIGN: "The mathematics"). Slow and exact: the
 * oracle that every engine is tested against.
 *
 * <p>Dimensions: d features, m width, M = layers − 1, s = (x, t) of length d + 1, h = 1/M.
 */
package io.otflow.flow;
