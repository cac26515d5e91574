package io.otflow.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * HotSpot's optimizing compiler, C2. Without it each vector of the vector kernels is an object on
 * the heap, and they run about a hundred times slower.
 */
final class OptimizingCompiler {

  /** The level of C2 among those of tiered compilation. */
  private static final int C2 = 4;

  private OptimizingCompiler() {}

  /** The option that switches it off, if one does. */
  static Optional<String> switchedOffBy() {
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted")) {
      return Optional.of("-Xint");
    }
    int level = option("TieredStopAtLevel").map(Integer::parseInt).orElse(C2);
    boolean tiered = option("TieredCompilation").map(Boolean::parseBoolean).orElse(false);
    if (tiered && level < C2) {
      return Optional.of("-XX:TieredStopAtLevel=" + level);
    }
    return mode.contains("emulated-client")
        ? Optional.of("its emulation of a client VM")
        : Optional.empty();
  }

  /** An option's value; empty where this virtual machine does not know it. */
  private static Optional<String> option(String name) {
    HotSpotDiagnosticMXBean machine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return Optional.ofNullable(machine).map(bean -> bean.getVMOption(name).getValue());
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }
}
