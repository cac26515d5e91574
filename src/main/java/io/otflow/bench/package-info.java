/** What the benchmarks of the whole job share. */
package io.otflow.bench;
