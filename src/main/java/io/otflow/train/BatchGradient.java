package io.otflow.train;

import io.otflow.engine.Engines;
import io.otflow.engine.ObjectiveGradient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Mean objective and gradient of a batch, in a fixed number of shards on several threads. The
 * shards, and the order in which their gradients are added, do not depend on the number of threads:
 * nor does the result.
 */
final class BatchGradient implements AutoCloseable {

  private static final int SHARDS = 8;

  private final int d;
  private final Pace pace;
  private final ExecutorService threads;
  private final List<Shard> shards = new ArrayList<>();

  /** A part of the batch with an engine of its own. */
  private static final class Shard {
    final ObjectiveGradient engine;
    final double[] gradient;
    double[] y = new double[0];
    double[] objective = new double[0];
    double[] cost = new double[0];
    double[] weights = new double[0];
    int rows;

    Shard(ObjectiveGradient engine, int parameters) {
      this.engine = engine;
      gradient = new double[parameters];
    }

    void take(double[] batch, int from, int count, int d) {
      rows = count;
      if (objective.length < count) {
        y = new double[count * d];
        objective = new double[count];
        cost = new double[count];
        weights = new double[count];
      }
      System.arraycopy(batch, from * d, y, 0, count * d);
    }
  }

  BatchGradient(ObjectiveGradient.Problem problem, int threadCount, Pace pace) {
    this.pace = pace;
    d = problem.architecture().d();
    int parameters = problem.architecture().layout().size();
    for (int s = 0; s < SHARDS; s++) {
      shards.add(new Shard(Engines.objective(Engines.AUTO, problem), parameters));
    }
    threads =
        Executors.newFixedThreadPool(
            Math.min(threadCount, SHARDS),
            task -> {
              Thread thread = new Thread(task, "otflow-train");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Mean objective of a batch, without its least likely rows, and its gradient.
   *
   * @param theta weights
   * @param batch rows × d, as the flow sees them
   * @param rows number of rows
   * @param share of rows to leave out at most
   * @param trim which rows these may be
   * @param gradient receives the gradient
   * @return the mean objective of the rows kept
   */
  double evaluate(
      float[] theta, double[] batch, int rows, double share, Trim trim, double[] gradient)
      throws InterruptedException {
    forward(theta, batch, rows);
    double limit = trim.limit(costs(rows), share);
    int kept = 0;
    double sum = 0;
    for (Shard shard : shards) {
      for (int i = 0; i < shard.rows; i++) {
        boolean keep = !(shard.cost[i] > limit);
        shard.weights[i] = keep ? 1 : 0;
        kept += keep ? 1 : 0;
        sum += keep ? shard.objective[i] : 0;
      }
    }
    double weight = 1.0 / kept;
    onShards(
        shard -> {
          Arrays.fill(shard.gradient, 0);
          for (int i = 0; i < shard.rows; i++) {
            shard.weights[i] *= weight;
          }
          shard.engine.backward(shard.weights, shard.gradient);
        });
    Arrays.fill(gradient, 0);
    for (Shard shard : shards) {
      if (shard.rows > 0) {
        for (int p = 0; p < gradient.length; p++) {
          gradient[p] += shard.gradient[p];
        }
      }
    }
    return sum * weight;
  }

  /**
   * Negative log-likelihoods of rows as the flow sees them; no gradient.
   *
   * @param theta weights
   * @param y rows × d, as the flow sees them
   * @param rows number of rows
   * @return one a row, nats
   */
  double[] negativeLogLikelihoods(float[] theta, double[] y, int rows) throws InterruptedException {
    forward(theta, y, rows);
    return costs(rows);
  }

  private void forward(float[] theta, double[] batch, int rows) throws InterruptedException {
    int size = (rows + SHARDS - 1) / SHARDS;
    for (int s = 0; s < SHARDS; s++) {
      int from = Math.min(rows, s * size);
      shards.get(s).take(batch, from, Math.min(rows, from + size) - from, d);
    }
    onShards(
        shard -> {
          shard.engine.setParameters(theta);
          shard.engine.forward(shard.y, shard.rows, shard.objective, shard.cost);
        });
  }

  private double[] costs(int rows) {
    double[] costs = new double[rows];
    int n = 0;
    for (Shard shard : shards) {
      System.arraycopy(shard.cost, 0, costs, n, shard.rows);
      n += shard.rows;
    }
    return costs;
  }

  private interface Work {
    void on(Shard shard);
  }

  private void onShards(Work work) throws InterruptedException {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (Shard shard : shards) {
      if (shard.rows > 0) {
        tasks.add(
            () -> {
              long start = System.nanoTime();
              work.on(shard);
              pace.rest(start);
              return null;
            });
      }
    }
    try {
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a gradient failed: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    for (Shard shard : shards) {
      shard.engine.close();
    }
  }
}
