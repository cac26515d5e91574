/**
 * Scores on any ND4J backend by whole arrays: each line of the equations is one operation on all
 * events of a chunk, which are the columns of column-major matrices. The native side does the work;
 * nothing here is compiled for a processor or a device.
 *
 * <p>Needs the jars of ND4J on the class path; loaded by name only. {@link
 * io.otflow.engine.nd4j.Nd4jEngine} names no class of ND4J, so that it can say which jars are
 * missing.
 */
package io.otflow.engine.nd4j;
