package io.otflow.flink;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes {@link TrainOperator}, which needs the mailbox of its task. */
public final class TrainOperatorFactory extends AbstractStreamOperatorFactory<byte[]>
    implements TwoInputStreamOperatorFactory<WindowSample, byte[], byte[]> {

  private static final long serialVersionUID = 1L;

  private final TrainSettings settings;

  /**
   * A factory.
   *
   * @param settings what the trainer does
   */
  public TrainOperatorFactory(TrainSettings settings) {
    this.settings = settings;
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the interface is like that
  public <T extends StreamOperator<byte[]>> T createStreamOperator(
      StreamOperatorParameters<byte[]> parameters) {
    return (T) new TrainOperator(parameters, settings);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return TrainOperator.class;
  }
}
