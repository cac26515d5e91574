/**
 * What the demo and the benchmark run on: a broker, a cluster and a stream, all on this machine.
 */
package io.otflow.local;
