package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.CompositeType;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.api.java.typeutils.ListTypeInfo;
import org.apache.flink.api.java.typeutils.MapTypeInfo;
import org.apache.flink.api.java.typeutils.ObjectArrayTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Neither Kryo nor Java's serialization writes records or state. */
class StateSerializationTest {

  @ParameterizedTest
  @EnumSource(JobConfig.Mode.class)
  void everyTypeOfTheGraphHasASerializerMadeForIt(JobConfig.Mode mode) {
    var env = OtflowJobTest.environment(mode, new Configuration());
    List<TypeInformation<?>> types = new ArrayList<>();
    for (Transformation<?> last : env.getTransformations()) {
      for (Transformation<?> one : last.getTransitivePredecessors()) {
        collect(one.getOutputType(), types);
      }
    }
    assertThat(types)
        .contains(FeatureEvent.TYPE)
        .noneMatch(type -> type instanceof GenericTypeInfo<?>);
    assertThat(env.getStreamGraph().getStreamNodes())
        .flatExtracting(StateSerializationTest::serializers)
        .isNotEmpty()
        .noneMatch(name -> name.toString().contains("Kryo"));
  }

  private static List<String> serializers(StreamNode node) {
    List<String> names = new ArrayList<>();
    for (var in : node.getTypeSerializersIn()) {
      names.add(String.valueOf(in));
    }
    names.add(String.valueOf(node.getTypeSerializerOut()));
    return names;
  }

  /** A type and what it is made of. */
  private static void collect(TypeInformation<?> type, List<TypeInformation<?>> types) {
    types.add(type);
    if (type instanceof CompositeType<?> composite) {
      for (int i = 0; i < composite.getArity(); i++) {
        collect(composite.getTypeAt(i), types);
      }
    } else if (type instanceof ListTypeInfo<?> list) {
      collect(list.getElementTypeInfo(), types);
    } else if (type instanceof MapTypeInfo<?, ?> map) {
      collect(map.getKeyTypeInfo(), types);
      collect(map.getValueTypeInfo(), types);
    } else if (type instanceof ObjectArrayTypeInfo<?, ?> array) {
      collect(array.getComponentInfo(), types);
    }
  }

  @Test
  void thePartsOfATypeAreLookedAt() {
    List<TypeInformation<?>> types = new ArrayList<>();
    collect(new ListTypeInfo<>(new GenericTypeInfo<>(Object.class)), types);
    assertThat(types).anyMatch(type -> type instanceof GenericTypeInfo<?>);
  }

  @Test
  void theStateOfEarlierVersionsIsOfNeither() throws Exception {
    SavedState.assertOwnFormats(Path.of("src/test/resources/io/otflow/upgrade/savepoints"));
  }

  @Test
  void stateOfKryoAndOfJavaIsFound() throws Exception {
    ByteArrayOutputStream kryo = new ByteArrayOutputStream();
    TypeSerializerSnapshot.writeVersionedSnapshot(
        new DataOutputViewStreamWrapper(kryo),
        new GenericTypeInfo<>(Object.class)
            .createSerializer(new SerializerConfigImpl())
            .snapshotConfiguration());
    assertThat(SavedState.isForeign(kryo.toByteArray())).isTrue();
    for (Object value : List.of("text", List.of(1))) {
      ByteArrayOutputStream java = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(java)) {
        out.writeObject(value);
      }
      assertThat(SavedState.isForeign(java.toByteArray())).isTrue();
    }
    assertThat(SavedState.isForeign(new byte[] {1, 2, 3})).isFalse();
  }
}
