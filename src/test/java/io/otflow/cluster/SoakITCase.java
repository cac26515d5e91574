package io.otflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.bench.soak.Soak;
import io.otflow.bench.soak.SoakReport;
import io.otflow.bench.soak.SoakSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A soak run of seconds, with an overload: what it counts, not how fast it is. */
@Tag("cluster")
class SoakITCase {

  @Test
  void nothingIsLostDoubledOrMixedUnderAnOverload() throws Exception {
    SoakSettings settings = new SoakSettings(7, 2, 15, 0.5, 2, 5, 1, 64, 6, 2000, 1);
    try (Soak soak = new Soak(settings, line -> {})) {
      SoakReport report = soak.run();
      System.out.println("soak: " + report);
      assertThat(report.missing()).isZero();
      assertThat(report.doubled()).isZero();
      assertThat(report.mixed()).isZero();
      assertThat(report.restarts()).isZero();
      assertThat(report.swaps()).isPositive();
      assertThat(report.sound()).as("the heap").isTrue();
      assertThat(report.steady().events())
          .isEqualTo(report.aroundSwaps().events() + report.elsewhere().events())
          .isPositive();
      SoakReport.Overload overload = report.overload().orElseThrow();
      assertThat(overload.backlog()).as("an overload").isPositive();
      assertThat(overload.after().events()).isPositive();
    }
  }
}
