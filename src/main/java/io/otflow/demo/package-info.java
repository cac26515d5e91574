/** The demo: a real broker and Flink inside one process, and a stream that drifts. */
package io.otflow.demo;
