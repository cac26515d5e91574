/** Dense products on flat arrays, and quadrature nodes: mathematics that knows nothing of flows. */
package io.otflow.math;
