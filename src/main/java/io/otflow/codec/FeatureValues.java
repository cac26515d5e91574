package io.otflow.codec;

import java.util.Map;

/**
 * A feature vector as it was decoded.
 *
 * @param id unique name of the event
 * @param key what it is about; may be null
 * @param eventTimeMillis when it happened, milliseconds since 1970
 * @param features the d features, which may be NaN or infinite; not copied
 * @param carried fields that come out with the score, by name
 */
@SuppressWarnings("ArrayRecordComponent")
public record FeatureValues(
    String id, String key, long eventTimeMillis, double[] features, Map<String, String> carried) {}
