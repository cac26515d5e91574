package io.otflow.engine;

import io.otflow.model.ModelSnapshot;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine that takes what models it has room for, and another for all others: what {@code auto}
 * picks where it picks a GPU.
 */
final class FallbackEngine implements LikelihoodEngine {

  private static final Logger LOG = LoggerFactory.getLogger(FallbackEngine.class);

  private final LikelihoodEngine first;
  private final LikelihoodEngine second;
  private LikelihoodEngine current;

  FallbackEngine(LikelihoodEngine first, LikelihoodEngine second) {
    this.first = first;
    this.second = second;
    current = first;
  }

  @Override
  public String name() {
    return current.name();
  }

  @Override
  public String description() {
    return current.description();
  }

  @Override
  public Optional<PipelinedEngine> pipelined() {
    return current.pipelined();
  }

  @Override
  public void load(ModelSnapshot model) {
    try {
      first.load(model);
      current = first;
    } catch (UnsupportedModelException e) {
      LOG.warn("Engine '{}' picked for this model: {}", second.name(), e.getMessage());
      second.load(model);
      current = second;
    }
  }

  @Override
  public void score(double[] x, int rows, double[] logLikelihood, double[] errorEstimate) {
    current.score(x, rows, logLikelihood, errorEstimate);
  }

  @Override
  public void close() {
    try {
      first.close();
    } finally {
      second.close();
    }
  }
}
