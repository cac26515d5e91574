package io.otflow.flink;

import io.otflow.engine.EngineChoice;
import io.otflow.engine.Engines;
import io.otflow.engine.LikelihoodEngine;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The graph of the job. Every operator has a uid, which is also where its state is found again. */
public final class OtflowJob {

  private static final Logger LOGGER = LoggerFactory.getLogger(OtflowJob.class);

  /** Where the cluster sets none; exactly-once output appears only with checkpoints. */
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);

  /** A slow checkpoint, such as one behind a long training, is no reason to start over. */
  private static final int TOLERABLE_FAILED_CHECKPOINTS = 10;

  private final JobConfig config;
  private final EngineFactory engines;
  private final SnapshotTrainer trainer;
  private final KafkaEnds kafka;

  /**
   * The job of a configuration.
   *
   * @param config the configuration
   */
  public OtflowJob(JobConfig config) {
    this(
        config,
        new ChosenEngine(config.scoring().engine()),
        new FlowTrainer(
            config.training().config(),
            config.training().gate(),
            config.training().pace(),
            config.source().input().featureNames()));
  }

  /** A job with an engine and a trainer of one's own. */
  OtflowJob(JobConfig config, EngineFactory engines, SnapshotTrainer trainer) {
    this.config = config;
    this.engines = engines;
    this.trainer = trainer;
    kafka = new KafkaEnds(config);
  }

  /** Makes the engine that was chosen. */
  record ChosenEngine(EngineChoice choice) implements EngineFactory {
    @Override
    public LikelihoodEngine create(OptionalInt gpu) {
      LikelihoodEngine engine = Engines.create(choice, gpu);
      LOGGER.info("engine {} for {}", engine.description(), choice);
      return engine;
    }
  }

  /**
   * Adds the job to an environment.
   *
   * @param env where it will run; what the job needs and its configuration leaves open is set
   */
  public void addTo(StreamExecutionEnvironment env) {
    configure(env);
    DataStream<FeatureEvent> events =
        env.fromSource(
                kafka.features(),
                EventTime.strategy(
                    config.source().maxOutOfOrderness(), config.source().idleTimeout()),
                "features",
                FeatureEvent.TYPE)
            .uid("features-source");
    Optional<DataStream<byte[]>> trained =
        config.mode().trains() ? Optional.of(train(env, events)) : Optional.empty();
    if (config.mode().scores()) {
      score(events, trained.orElseGet(() -> models(env, kafka.models(), "models")));
    }
  }

  private static void configure(StreamExecutionEnvironment env) {
    Configuration defaults = new Configuration();
    defaults.set(PipelineOptions.GENERIC_TYPES, false);
    if (!env.getCheckpointConfig().isCheckpointingEnabled()) {
      defaults.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
    }
    if (env.getConfiguration()
        .getOptional(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER)
        .isEmpty()) {
      defaults.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, TOLERABLE_FAILED_CHECKPOINTS);
    }
    env.configure(defaults);
  }

  private DataStream<byte[]> train(
      StreamExecutionEnvironment env, DataStream<FeatureEvent> events) {
    SampleSettings sampling = config.training().sampling();
    SingleOutputStreamOperator<byte[]> models =
        events
            .transform(
                "sample",
                WindowSample.TYPE,
                new SampleOperator(
                    sampling, config.mode().scores() ? null : config.source().input().timeUnit()))
            .uid("sample")
            .connect(models(env, kafka.commands(), "commands"))
            .transform(
                "train",
                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                new TrainOperatorFactory(
                    new TrainSettings(
                        sampling,
                        trainer,
                        config.training().config().seed(),
                        config.training().deadlineMillis(),
                        config.kafka().modelBytes() - RecordSchemas.OVERHEAD,
                        config.keys(),
                        config.firstModel().orElse(null))))
            .setParallelism(1)
            .uid("train");
    write(
            models.union(models.getSideOutput(TrainOperator.ANSWERS)),
            config.kafka().topics().models(),
            RecordSchemas.Models::new,
            "models")
        .setParallelism(1);
    config
        .snapshotDirectory()
        .ifPresent(
            directory ->
                models
                    .sinkTo(new SnapshotDirectorySink(directory))
                    .setParallelism(1)
                    .name("snapshot directory")
                    .uid("snapshot-directory-sink"));
    return models;
  }

  /** Reads the models topic. */
  private static DataStream<byte[]> models(
      StreamExecutionEnvironment env, KafkaSource<byte[]> source, String name) {
    return env.fromSource(
            source,
            WatermarkStrategy.noWatermarks(),
            name,
            PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)
        .setParallelism(1)
        .uid(name + "-source");
  }

  private void score(DataStream<FeatureEvent> events, DataStream<byte[]> models) {
    JobConfig.Scoring scoring = config.scoring();
    boolean trainOnDrift = config.training().sampling().isCutByDrift();
    boolean newestOnly = config.bounded() && !config.mode().trains() && scoring.hold();
    SingleOutputStreamOperator<ScoredEvent> scores =
        events
            .connect(models.broadcast())
            .transform(
                "score",
                ScoredEvent.TYPE,
                new ScoreOperator(
                    new ScoreSettings(
                        engines,
                        scoring.batchSize(),
                        scoring.lingerMillis(),
                        scoring.flagging(),
                        scoring.hold(),
                        scoring.holdLimit(),
                        newestOnly,
                        config.source().input().timeUnit(),
                        config.keys(),
                        config.mode().trains(),
                        trainOnDrift,
                        config.firstModel().orElse(null))))
            .uid("score");
    JobConfig.TopicNames topics = config.kafka().topics();
    OutputFormat format = config.kafka().output();
    Function<String, KafkaRecordSerializationSchema<ScoredEvent>> schema =
        topic -> new RecordSchemas.Scores(topic, format);
    write(scores, topics.scores(), schema, "scores");
    SingleOutputStreamOperator<ScoredEvent> anomalies =
        scores.filter(event -> event.anomaly).name("only anomalies").uid("anomalies-filter");
    write(anomalies, topics.anomalies(), schema, "anomalies");
    write(
        scores.getSideOutput(ScoreOperator.DEAD_LETTERS),
        topics.deadLetters(),
        topic -> new RecordSchemas.DeadLetters(topic, config.kafka().deadLetterBytes(), format),
        "dead-letters");
    if (trainOnDrift) {
      // At once, and not with the next checkpoint: twice does no harm.
      scores
          .getSideOutput(ScoreOperator.COMMANDS)
          .sinkTo(
              kafka.sink(
                  topics.models(),
                  new RecordSchemas.Models(topics.models()),
                  DeliveryGuarantee.AT_LEAST_ONCE))
          .setParallelism(1)
          .name("drift commands")
          .uid("drift-commands-sink");
    }
  }

  private <T> DataStreamSink<T> write(
      DataStream<T> stream,
      String topic,
      Function<String, KafkaRecordSerializationSchema<T>> schema,
      String name) {
    return stream.sinkTo(kafka.sink(topic, schema.apply(topic))).name(name).uid(name + "-sink");
  }
}
