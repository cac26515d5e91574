/** The job: its graph, operators, sources and sinks. */
package io.otflow.flink;
