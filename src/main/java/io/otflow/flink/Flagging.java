package io.otflow.flink;

import io.otflow.detect.ELond;
import io.otflow.detect.LordMemory;
import io.otflow.detect.OnlineFdr;
import java.io.Serializable;
import java.util.Optional;

/**
 * What flags events.
 *
 * @param rule the rule
 * @param rate the share of flags that may be false, in (0, 1); of no meaning with a fixed alert
 *     rate, which the model's calibration has
 * @param memory events after which a flag counts 1/e for LORD; of no meaning otherwise
 */
public record Flagging(FlagRule rule, double rate, long memory) implements Serializable {

  /** A fixed alert rate: what lies under the model's threshold. */
  public static final Flagging FIXED =
      new Flagging(FlagRule.ALERT_RATE, 0, LordMemory.DEFAULT_MEMORY);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names it
   */
  public Flagging {
    if (rule != FlagRule.ALERT_RATE) {
      var unused = control(rule, rate, memory);
    }
  }

  /** The control of the false discovery rate of one sub-stream, anew; empty for a fixed rate. */
  Optional<OnlineFdr> control() {
    return rule == FlagRule.ALERT_RATE
        ? Optional.empty()
        : Optional.of(control(rule, rate, memory));
  }

  private static OnlineFdr control(FlagRule rule, double rate, long memory) {
    return rule == FlagRule.LORD ? new LordMemory(rate, memory) : new ELond(rate);
  }
}
