/**
 * The benchmark of the whole job: prepared records through a real broker and the real graph, scored
 * or passed through.
 */
package io.otflow.bench.pipeline;
