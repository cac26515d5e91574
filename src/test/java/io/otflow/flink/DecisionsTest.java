package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.detect.Calibrator;
import io.otflow.detect.Detector;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Flags and drift of one sub-stream, under a model whose ordinary events are χ²₂/2. */
class DecisionsTest {

  private static final int D = 2;
  private static final Flagging LORD = new Flagging(FlagRule.LORD, 0.05, 100_000);

  private static double ordinary(RandomGenerator random) {
    return Math.log(1 - random.nextDouble());
  }

  private static ModelSnapshot model() {
    ModelSnapshot bare = Fakes.model(1, D, Provenance.imported(0, "test"));
    Random random = new Random(1);
    double[] rows = random.doubles(20_000).map(u -> Math.log(1 - u)).toArray();
    return new ModelSnapshot(
        1,
        bare.featureNames(),
        bare.parameters(),
        bare.front(),
        1,
        Optional.of(Calibrator.calibrate(rows, D, 0.001)),
        bare.provenance());
  }

  private static Decisions decisions(Flagging flagging) {
    Decisions decisions = new Decisions(flagging);
    decisions.use(model());
    return decisions;
  }

  private static ScoredEvent decide(Decisions decisions, double logLikelihood) {
    ScoredEvent event = ScoredEvent.unscored(Fakes.event(1, 0, 0), 0);
    event.scored = true;
    event.logLikelihood = logLikelihood;
    boolean unused = decisions.decide(event);
    return event;
  }

  private static List<Boolean> flags(Decisions decisions, int from, int to) {
    List<Boolean> flags = new ArrayList<>();
    for (int i = from; i < to; i++) {
      SplittableRandom random = new SplittableRandom(1000 + i);
      double logLikelihood = i % 50 == 7 ? -20 - 20 * random.nextDouble() : ordinary(random);
      flags.add(decide(decisions, logLikelihood).anomaly);
    }
    return flags;
  }

  @Test
  void aFixedRateFlagsUnderTheThreshold() {
    Decisions decisions = decisions(Flagging.FIXED);
    ScoredEvent far = decide(decisions, -30);
    assertThat(far.anomaly).isTrue();
    assertThat(far.flaggedBy).isEqualTo(FlagRule.ALERT_RATE);
    assertThat(far.evidence).isEqualTo(Detector.Evidence.TAIL);
    assertThat(far.threshold).isBetween(-8.0, -6.0);
    assertThat(far.pValue).isLessThan(1e-8);
    ScoredEvent usual = decide(decisions, -1);
    assertThat(usual.anomaly).isFalse();
    assertThat(usual.flaggedBy).isNull();
    assertThat(usual.evidence).isEqualTo(Detector.Evidence.ROWS);
    assertThat(decisions.fdrState()).isEmpty();
  }

  @Test
  void aFalseDiscoveryRateSetsFlagsByThePValue() {
    for (FlagRule rule : List.of(FlagRule.LORD, FlagRule.E_LOND)) {
      Decisions decisions = decisions(new Flagging(rule, 0.05, 100_000));
      int hits = 0;
      int flagged = 0;
      for (int i = 0; i < 20_000; i++) {
        SplittableRandom random = new SplittableRandom(i);
        boolean anomaly = i % 100 == 99;
        ScoredEvent event = decide(decisions, anomaly ? -40 : ordinary(random));
        flagged += event.anomaly ? 1 : 0;
        hits += anomaly && event.anomaly ? 1 : 0;
        assertThat(event.threshold).isNaN();
        assertThat(event.flaggedBy).isEqualTo(event.anomaly ? rule : null);
      }
      assertThat(hits).as(rule.name()).isGreaterThan(150);
      assertThat(flagged - hits).as(rule.name()).isLessThanOrEqualTo(hits / 10);
    }
  }

  @Test
  void theSameFlagsAfterARestore() {
    Decisions one = decisions(LORD);
    List<Boolean> before = flags(one, 0, 3000);
    assertThat(before).contains(true);
    Decisions other = decisions(LORD);
    assertThat(other.restoreFdr(List.of(one.fdrState().orElseThrow()))).isTrue();
    other.restoreDrift(List.of(one.driftState().orElseThrow()));
    assertThat(flags(other, 3000, 6000)).isEqualTo(flags(one, 3000, 6000)).contains(true);
    assertThat(other.driftEvidence()).isEqualTo(one.driftEvidence());
  }

  @Test
  void ofSeveralStatesTheLongestGoesOnAndOthersDoNotCount() {
    Decisions longer = decisions(LORD);
    Decisions shorter = decisions(LORD);
    List<Boolean> unused = flags(longer, 0, 3000);
    unused = flags(shorter, 0, 500);
    double[] ofAnotherMemory =
        decisions(new Flagging(FlagRule.LORD, 0.05, 1000)).fdrState().orElseThrow();
    Decisions merged = decisions(LORD);
    assertThat(
            merged.restoreFdr(
                List.of(
                    shorter.fdrState().orElseThrow(),
                    longer.fdrState().orElseThrow(),
                    ofAnotherMemory)))
        .isTrue();
    assertThat(merged.fdrState().orElseThrow()).isEqualTo(longer.fdrState().orElseThrow());
    assertThat(decisions(LORD).restoreFdr(List.of(ofAnotherMemory))).isFalse();
    assertThat(decisions(Flagging.FIXED).restoreFdr(List.of(ofAnotherMemory))).isFalse();
  }

  private static int drifts(int events, IntToDoubleFunction logLikelihood) {
    Decisions decisions = decisions(Flagging.FIXED);
    int calls = 0;
    for (int i = 0; i < events; i++) {
      ScoredEvent event = ScoredEvent.unscored(Fakes.event(1, 0, 0), 0);
      event.logLikelihood = logLikelihood.applyAsDouble(i);
      calls += decisions.decide(event) ? 1 : 0;
    }
    return calls;
  }

  @Test
  void aDriftIsCalledAndABurstIsNone() {
    Random random = new Random(5);
    assertThat(drifts(50_000, i -> ordinary(random))).isZero();
    assertThat(drifts(10_000, i -> i % 20 == 0 ? -30 : ordinary(random))).isZero();
    assertThat(drifts(20_000, i -> 1.4 * ordinary(random))).isPositive();
  }

  @Test
  void withoutACalibrationNothingIsFlaggedAndNothingCounts() {
    ModelSnapshot bare = Fakes.model(1, D, Provenance.imported(0, "test"));
    Decisions decisions = new Decisions(LORD);
    decisions.use(
        new ModelSnapshot(
            1,
            bare.featureNames(),
            bare.parameters(),
            bare.front(),
            1,
            Optional.empty(),
            bare.provenance()));
    double[] before = decisions.fdrState().orElseThrow();
    ScoredEvent event = decide(decisions, -1e9);
    assertThat(event.anomaly).isFalse();
    assertThat(event.pValue).isNaN();
    assertThat(event.evidence).isNull();
    assertThat(decisions.fdrState().orElseThrow()).isEqualTo(before);
    assertThat(decisions.driftEvidence()).isNaN();
  }

  @Test
  void ratesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Flagging(FlagRule.LORD, 1.5, 1000)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new Flagging(FlagRule.LORD, 0.05, 3)).hasMessageContaining("memory");
  }
}
