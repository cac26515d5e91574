package io.otflow.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.codec.mapped.FieldMapping;
import io.otflow.codec.mapped.InputFormat;
import io.otflow.codec.mapped.RecordDecoder;
import io.otflow.codec.mapped.RecordPlace;
import io.otflow.codec.mapped.ValueSyntax;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** What crosses the wire, and what does not need to be copied. */
class EventSerializersTest {

  private static <T> TypeSerializer<T> serializer(TypeInformation<T> type) throws Exception {
    TypeSerializer<T> made = type.createSerializer(new SerializerConfigImpl());
    // As it reaches a task manager.
    return InstantiationUtil.clone(made);
  }

  private static <T> T roundTrip(TypeSerializer<T> serializer, T value) throws Exception {
    DataOutputSerializer once = new DataOutputSerializer(16);
    serializer.serialize(value, once);
    DataOutputSerializer copied = new DataOutputSerializer(16);
    serializer.copy(new DataInputDeserializer(once.getCopyOfBuffer()), copied);
    assertThat(copied.getCopyOfBuffer()).isEqualTo(once.getCopyOfBuffer());
    DataInputDeserializer in = new DataInputDeserializer(copied.getCopyOfBuffer());
    T back = serializer.duplicate().deserialize(value, in);
    assertThat(in.available()).isZero();
    assertThat(back).isNotSameAs(value);
    return back;
  }

  /** Field by field, bit by bit: a NaN is a NaN. */
  private static void assertSame(Object actual, Object expected) {
    assertThat(actual)
        .usingRecursiveComparison()
        .withComparatorForType(Double::compare, Double.class)
        .withComparatorForType(Float::compare, Float.class)
        .isEqualTo(expected);
  }

  @Test
  void eventsCrossTheWireDecodableOrNot() throws Exception {
    TypeSerializer<FeatureEvent> serializer = serializer(FeatureEvent.TYPE);
    FeatureEvent decodable = Fakes.event(7, 1.5, Double.NaN);
    List<FeatureEvent> events =
        List.of(
            decodable,
            FeatureEvent.of("other-ü", 3, 1L << 40, -5, new byte[] {9, 8}, decodable.rawValue),
            FeatureEvent.of("features", 1, 2, 3, new byte[0], new byte[] {1, 2, 3}),
            FeatureEvent.of("features", 1, 2, 3, null, null));
    for (FeatureEvent event : events) {
      assertSame(roundTrip(serializer, event), event);
    }
    assertThat(events.get(0).decoded()).isTrue();
    assertThat(events.get(0).features).containsExactly(1.5f, Float.NaN);
    assertThat(events.get(2).failure).contains("id has length -1");
    assertThat(events.get(3).failure).contains("tombstone");
  }

  @Test
  void recordsOfAnotherSchemaCrossTheWireWithTheirFields() throws Exception {
    RecordDecoder decoder =
        new InputFormat(
                InputFormat.Kind.JSON,
                new FieldMapping(List.of("b", "a"), null, null, null, List.of("site"), Map.of()),
                ValueSyntax.DEFAULT,
                List.of(),
                null,
                List.of(),
                ',')
            .decoder();
    RecordPlace place = new RecordPlace("t", 2, 5, 7, "key".getBytes(UTF_8), null);
    for (String json : List.of("{\"a\":1,\"b\":2,\"site\":\"é\"}", "{\"a\":1}")) {
      FeatureEvent event = FeatureEvent.mapped(place, json.getBytes(UTF_8), decoder);
      FeatureEvent back = roundTrip(serializer(FeatureEvent.TYPE), event);
      assertSame(back, event);
      if (back.decoded()) {
        assertThat(back.features).containsExactly(2, 1);
        assertThat(back.carried).isEqualTo(Map.of("site", "é"));
        assertThat(back.id).isEqualTo("t-2-5");
      } else {
        assertThat(back.failure).isEqualTo("field 'b' is missing or null, expected a number");
        assertThat(back.rawValue).asString(UTF_8).isEqualTo(json);
      }
    }
  }

  @Test
  void scoresCrossTheWireScoredOrNot() throws Exception {
    TypeSerializer<ScoredEvent> serializer = serializer(ScoredEvent.TYPE);
    ScoredEvent unscored = ScoredEvent.unscored(Fakes.event(7, 1), 11);
    assertSame(roundTrip(serializer, unscored), unscored);
    ScoredEvent scored = ScoredEvent.unscored(Fakes.event(8, 1), 12);
    scored.key = "schlüssel";
    scored.scored = true;
    scored.logLikelihood = Double.NEGATIVE_INFINITY;
    scored.errorEstimate = 1e-3;
    scored.pValue = 0.25;
    scored.threshold = -17;
    scored.anomaly = true;
    scored.modelVersion = 1L << 50;
    scored.carried = Map.of("site", "north");
    assertSame(roundTrip(serializer, scored), scored);
  }

  @Test
  void nothingIsCopiedOrReadIntoWhatExists() throws Exception {
    TypeSerializer<FeatureEvent> events = serializer(FeatureEvent.TYPE);
    FeatureEvent event = Fakes.event(1, 2);
    assertThat(events.isImmutableType()).isTrue();
    assertThat(events.copy(event)).isSameAs(event);
    assertThat(events.copy(event, Fakes.event(2, 3))).isSameAs(event);
    assertThat(serializer(ScoredEvent.TYPE).isImmutableType()).isTrue();
  }

  @Test
  void aSavepointFindsTheSerializerAgain() throws Exception {
    TypeSerializerSnapshot<FeatureEvent> snapshot =
        serializer(FeatureEvent.TYPE).snapshotConfiguration();
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, snapshot);
    TypeSerializerSnapshot<FeatureEvent> restored =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
    assertThat(restored.restoreSerializer()).isEqualTo(serializer(FeatureEvent.TYPE));
    assertThat(
            serializer(FeatureEvent.TYPE)
                .snapshotConfiguration()
                .resolveSchemaCompatibility(restored)
                .isCompatibleAsIs())
        .isTrue();
  }
}
