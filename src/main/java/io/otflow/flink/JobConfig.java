package io.otflow.flink;

import io.otflow.codec.mapped.InputFormat;
import io.otflow.engine.EngineChoice;
import io.otflow.kafka.ClientProperties;
import io.otflow.train.CandidateGate;
import io.otflow.train.Pace;
import io.otflow.train.TrainingConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * Everything that decides what the job is, checked once, before it is submitted.
 *
 * @param mode which parts run
 * @param bounded whether the job ends at the present end of its topics
 * @param kafka broker and topics
 * @param source where reading starts, and what time it is
 * @param scoring how events are scored
 * @param training what is trained on, and how
 * @param keys who may say what a model is
 * @param snapshotDirectory where models are written as files, on any file system of Flink
 * @param firstModel the model to start with, as bytes of a snapshot
 */
public record JobConfig(
    Mode mode,
    boolean bounded,
    Kafka kafka,
    Source source,
    Scoring scoring,
    Training training,
    ModelKeys keys,
    Optional<String> snapshotDirectory,
    Optional<byte[]> firstModel) {

  /** This configuration, with a model to start with, as bytes of a snapshot. */
  JobConfig startingWith(byte[] model) {
    return new JobConfig(
        mode,
        bounded,
        kafka,
        source,
        scoring,
        training,
        keys,
        snapshotDirectory,
        Optional.of(model));
  }

  /** This configuration, with the largest records that its topics take. */
  JobConfig withLimits(int modelBytes, int deadLetterBytes) {
    return new JobConfig(
        mode,
        bounded,
        kafka.withLimits(modelBytes, deadLetterBytes),
        source,
        scoring,
        training,
        keys,
        snapshotDirectory,
        firstModel);
  }

  /** Which parts of the job run. */
  public enum Mode {
    /** Both. */
    SCORE_AND_TRAIN("score+train"),
    /** Scores, and follows the models topic. */
    SCORE("score"),
    /** Trains, and writes to the models topic. */
    TRAIN("train");

    private final String text;

    Mode(String text) {
      this.text = text;
    }

    /**
     * Whether events are scored.
     *
     * @return whether events are scored
     */
    public boolean scores() {
      return this != TRAIN;
    }

    /**
     * Whether models are trained.
     *
     * @return whether models are trained
     */
    public boolean trains() {
      return this != SCORE;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Where reading starts, where the job has no state of its own. */
  public enum StartingOffsets {
    /** The oldest record. */
    EARLIEST,
    /** After the newest record. */
    LATEST,
    /** What the group id committed; the oldest record if nothing. */
    COMMITTED
  }

  /**
   * Broker and topics.
   *
   * @param bootstrapServers host:port, comma-separated
   * @param topics names of the topics
   * @param groupId consumer group, and start of the transactional ids
   * @param delivery guarantee of all topics written
   * @param properties further properties of every Kafka client
   * @param output how scores, anomalies and dead letters are written
   * @param modelBytes largest record that the topic of models takes
   * @param deadLetterBytes largest record that the topic of dead letters takes
   */
  public record Kafka(
      String bootstrapServers,
      TopicNames topics,
      String groupId,
      DeliveryGuarantee delivery,
      Map<String, String> properties,
      OutputFormat output,
      int modelBytes,
      int deadLetterBytes) {

    /** What a topic takes by Kafka's defaults. */
    static final int DEFAULT_RECORD_BYTES = 1_048_588;

    /** Copies the properties. */
    public Kafka {
      properties = Map.copyOf(properties);
    }

    /**
     * With topics that take what Kafka's topics take by default, written in Avro.
     *
     * @param bootstrapServers host:port, comma-separated
     * @param topics names of the topics
     * @param groupId consumer group, and start of the transactional ids
     * @param delivery guarantee of all topics written
     * @param properties further properties of every Kafka client
     */
    public Kafka(
        String bootstrapServers,
        TopicNames topics,
        String groupId,
        DeliveryGuarantee delivery,
        Map<String, String> properties) {
      this(
          bootstrapServers,
          topics,
          groupId,
          delivery,
          properties,
          OutputFormat.AVRO,
          DEFAULT_RECORD_BYTES,
          DEFAULT_RECORD_BYTES);
    }

    private Kafka withLimits(int models, int deadLetters) {
      return new Kafka(
          bootstrapServers, topics, groupId, delivery, properties, output, models, deadLetters);
    }

    /**
     * The same, written in another format.
     *
     * @param format the format
     * @return a copy
     */
    public Kafka writing(OutputFormat format) {
      return new Kafka(
          bootstrapServers,
          topics,
          groupId,
          delivery,
          properties,
          format,
          modelBytes,
          deadLetterBytes);
    }

    /** Without what may be a secret among the properties. */
    @Override
    public String toString() {
      return "Kafka[bootstrapServers="
          + bootstrapServers
          + ", topics="
          + topics
          + ", groupId="
          + groupId
          + ", delivery="
          + delivery
          + ", properties="
          + ClientProperties.shown(properties)
          + "]";
    }
  }

  /**
   * Names of the topics.
   *
   * @param features events, read
   * @param scores scores, written
   * @param anomalies scores of anomalies, written
   * @param models model snapshots, written; read where the job scores only
   * @param deadLetters records that cannot be scored, written
   */
  public record TopicNames(
      String features, String scores, String anomalies, String models, String deadLetters) {

    /** The names by default. */
    public static final TopicNames DEFAULTS =
        new TopicNames("features", "scores", "anomalies", "models", "dead-letters");

    /**
     * All names.
     *
     * @return the five names
     */
    public List<String> all() {
      return List.of(features, scores, anomalies, models, deadLetters);
    }
  }

  /**
   * Where reading starts, what time it is, and what is read.
   *
   * @param startingOffsets where reading starts
   * @param maxOutOfOrderness how much older than the newest an event may be and still be on time
   * @param idleTimeout after how long a partition without records no longer holds back time
   * @param input how records are written
   */
  public record Source(
      StartingOffsets startingOffsets,
      Duration maxOutOfOrderness,
      Duration idleTimeout,
      InputFormat input) {

    /**
     * A source of feature vectors.
     *
     * @param startingOffsets where reading starts
     * @param maxOutOfOrderness how much older than the newest an event may be and still be on time
     * @param idleTimeout after how long a partition without records no longer holds back time
     */
    public Source(
        StartingOffsets startingOffsets, Duration maxOutOfOrderness, Duration idleTimeout) {
      this(startingOffsets, maxOutOfOrderness, idleTimeout, InputFormat.FEATURE_VECTORS);
    }
  }

  /**
   * How events are scored.
   *
   * @param engine which engine, and how
   * @param batchSize most events in one call of the engine
   * @param lingerMillis longest that an event waits for its batch to fill, milliseconds
   * @param hold whether events wait for the first model
   * @param holdLimit most events that a subtask keeps waiting
   * @param flagging what flags events
   */
  public record Scoring(
      EngineChoice engine,
      int batchSize,
      long lingerMillis,
      boolean hold,
      int holdLimit,
      Flagging flagging) {

    /**
     * A scoring that flags at a fixed alert rate.
     *
     * @param engine which engine, and how
     * @param batchSize most events in one call of the engine
     * @param lingerMillis longest that an event waits for its batch to fill, milliseconds
     * @param hold whether events wait for the first model
     * @param holdLimit most events that a subtask keeps waiting
     */
    public Scoring(
        EngineChoice engine, int batchSize, long lingerMillis, boolean hold, int holdLimit) {
      this(engine, batchSize, lingerMillis, hold, holdLimit, Flagging.FIXED);
    }

    /** Most events in one call of the engine, where nothing else is asked for. */
    public static final int DEFAULT_BATCH_SIZE = 256;

    /** Longest wait for a batch to fill, milliseconds, where nothing else is asked for. */
    public static final long DEFAULT_LINGER_MILLIS = 5;
  }

  /**
   * What is trained on, and how.
   *
   * @param sampling windows and samples
   * @param config the training
   * @param gate decides whether a trained model replaces the one that serves
   * @param pace how much of the time it works
   * @param deadlineMillis longest that a training may take, milliseconds
   */
  public record Training(
      SampleSettings sampling,
      TrainingConfig config,
      CandidateGate gate,
      Pace pace,
      long deadlineMillis) {

    /** How much of the time a training works, where nothing else is asked for. */
    public static final Pace DEFAULT_PACE = new Pace(0.5);

    /** Longest that a training may take, where nothing else is asked for, milliseconds. */
    public static final long DEFAULT_DEADLINE_MILLIS = 30 * 60_000L;

    /**
     * A training with the gate, the pace and the deadline where nothing else is asked for.
     *
     * @param sampling windows and samples
     * @param config the training
     */
    public Training(SampleSettings sampling, TrainingConfig config) {
      this(sampling, config, CandidateGate.DEFAULT, DEFAULT_PACE, DEFAULT_DEADLINE_MILLIS);
    }
  }
}
