package io.otflow.bench.pipeline;

import io.otflow.engine.EngineChoice;
import java.util.Map;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * What the benchmark does.
 *
 * @param events records in a run
 * @param parallelism subtasks of the source, the scorer and the sinks
 * @param rounds measured runs of each variant
 * @param delivery guarantee of the topics written
 * @param engine what scores, and how
 * @param batchSize most events in one call of the engine
 * @param kafka further properties of the job's Kafka clients
 * @param seed seed of the stream and of the model
 */
public record PipelineSettings(
    int events,
    int parallelism,
    int rounds,
    DeliveryGuarantee delivery,
    EngineChoice engine,
    int batchSize,
    Map<String, String> kafka,
    long seed) {

  /** Copies the properties. */
  public PipelineSettings {
    kafka = Map.copyOf(kafka);
  }
}
