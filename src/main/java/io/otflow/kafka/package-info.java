/** Topics, records and clients of Kafka that the job and the command line share. */
package io.otflow.kafka;
