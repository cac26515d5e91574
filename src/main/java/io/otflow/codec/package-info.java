/** Files and bytes: CSV, safetensors, and the Avro records of the schemas. */
package io.otflow.codec;
