package io.otflow.engine.nd4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The backend that ND4J found on the class path. On a CPU, two pools of threads take turns: one of
 * the matrix products, one of everything else. Threads of either that wait for work keep a
 * processor busy which the other needs, and operations take up to hundreds of times as long. So,
 * unless the environment sets OMP_NUM_THREADS, only the matrix products take several threads.
 */
final class Nd4jBackend {

  private static final String THREADS = "OMP_NUM_THREADS";

  private Nd4jBackend() {}

  /**
   * Starts ND4J, once in a JVM, and says what it runs on.
   *
   * @return the class of the backend, its devices if it has any, the library of its matrix products
   *     and how many threads that takes
   */
  static String describe() {
    Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
    List<String> parts = new ArrayList<>();
    if (environment.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY) instanceof List<?> devices) {
      for (Object device : devices) {
        if (device instanceof Map<?, ?> properties) {
          parts.add("device " + properties.get(Nd4jEnvironment.CUDA_DEVICE_NAME_KEY));
        }
      }
    } else {
      parts.add("CPU");
      if (System.getenv(THREADS) == null) {
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        Nd4j.getEnvironment().setMaxThreads(1);
      }
    }
    parts.add(String.valueOf(environment.get(Nd4jEnvironment.BLAS_VENDOR_KEY)));
    parts.add(environment.get(Nd4jEnvironment.BLAS_THREADS_KEY) + " threads");
    return Nd4j.getBackend().getClass().getSimpleName() + " (" + String.join(", ", parts) + ")";
  }
}
