package io.otflow.flink;

import java.util.Arrays;

/** What flags events. */
public enum FlagRule {
  /** A fixed share of the ordinary events: those under the model's threshold. */
  ALERT_RATE(0),
  /** Online control of the false discovery rate by LORD with decaying memory. */
  LORD(1),
  /** Online control of the false discovery rate by e-LOND. */
  E_LOND(2);

  private final int symbol;

  FlagRule(int symbol) {
    this.symbol = symbol;
  }

  /** Index among the schema's symbols. */
  int symbol() {
    return symbol;
  }

  /** The rule of an index among the schema's symbols. */
  static FlagRule of(int symbol) {
    return Arrays.stream(values()).filter(rule -> rule.symbol == symbol).findFirst().orElseThrow();
  }
}
