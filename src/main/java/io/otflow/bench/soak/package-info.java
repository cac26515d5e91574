/**
 * The soak run: the whole job on a steady stream for a long time, through swaps and an overload.
 */
package io.otflow.bench.soak;
