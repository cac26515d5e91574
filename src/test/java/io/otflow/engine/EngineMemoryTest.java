package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.engine.simd.SimdEngine;
import io.otflow.model.Architecture;
import io.otflow.testing.RandomModels;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The working memory of an engine: all arrays that it holds. */
class EngineMemoryTest {

  private static final long MEGABYTE = 1 << 20;

  @ParameterizedTest
  @EnumSource(Integrator.class)
  void anEngineOfTheWidestPublishedModelTakesLessThanFourMegabytes(Integrator integrator)
      throws IllegalAccessException {
    Architecture architecture = Architecture.of(43, 256, 2);
    try (SimdEngine engine = new SimdEngine(new Integration(integrator, 10, 10, 1e-2))) {
      engine.load(RandomModels.snapshot(architecture, 1));
      long bytes = bytesOf(engine, Collections.newSetFromMap(new IdentityHashMap<>()));
      assertThat(bytes).isBetween(MEGABYTE, 4 * MEGABYTE);
    }
  }

  /** Bytes of the arrays that an object of ours reaches, each counted once. */
  private static long bytesOf(Object object, Set<Object> seen) throws IllegalAccessException {
    if (object == null || !seen.add(object)) {
      return 0;
    }
    Class<?> type = object.getClass();
    long bytes = 0;
    if (object instanceof Object[] elements) {
      for (Object element : elements) {
        bytes += bytesOf(element, seen);
      }
    } else if (type.isArray()) {
      int elementBytes = type == double[].class || type == long[].class ? Long.BYTES : Float.BYTES;
      bytes = (long) Array.getLength(object) * elementBytes;
    } else if (ours(type)) {
      for (Class<?> c = type; ours(c); c = c.getSuperclass()) {
        for (Field field : c.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
            field.setAccessible(true);
            bytes += bytesOf(field.get(object), seen);
          }
        }
      }
    }
    return bytes;
  }

  private static boolean ours(Class<?> type) {
    return type.getName().startsWith("io.otflow.");
  }
}
