package io.otflow.flink;

/** How scores, anomalies and dead letters are written. Models are always Avro. */
public enum OutputFormat {
  /** Avro's single-object encoding of the schemas. */
  AVRO,
  /** JSON objects with the schemas' field names. */
  JSON
}
