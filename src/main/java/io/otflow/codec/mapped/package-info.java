/**
 * Records of others, as their producers write them: Avro of any schema, JSON and CSV, whose named
 * fields become a feature vector.
 */
package io.otflow.codec.mapped;
