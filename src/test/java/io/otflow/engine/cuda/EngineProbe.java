package io.otflow.engine.cuda;

import io.otflow.engine.EngineChoice;
import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.Architecture;
import io.otflow.testing.RandomModels;
import java.util.OptionalInt;

/** What an engine is picked for a name and a GPU, in a process of its own. */
final class EngineProbe {

  private EngineProbe() {}

  /** The engine's name, and the index of the assigned GPU or a dash. */
  public static void main(String[] args) {
    OptionalInt gpu =
        args[1].equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(args[1]));
    try (LikelihoodEngine engine =
        Engines.create(EngineChoice.of(args[0], Integration.rk4(2)), gpu)) {
      System.out.println("created: " + engine.description());
      engine.load(RandomModels.snapshot(Architecture.of(2, 8, 2), 1));
      double[] out = new double[1];
      engine.score(new double[] {0.5, 0.25}, 1, out, null);
      System.out.println("scored: " + engine.description() + " " + Double.isFinite(out[0]));
    } catch (RuntimeException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }
}
