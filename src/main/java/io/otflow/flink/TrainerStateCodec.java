package io.otflow.flink;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link TrainerState} as bytes, big-endian:
 *
 * <pre>
 * state  = format:int(4) closedUpTo:long model:opt(bytes) open:count:int sample* queued:opt(sample)
 *          running:opt(task) pinned:boolean refusals:int
 *          driftSince:long earlyEnd:long driftVersion:long early:boolean
 * task   = version:long seed:long createdAt:long sample
 * sample = start:long end:long seen:long d:int rows:int (priority:long)*rows (value:double)*rows*d
 * opt(x) = present:boolean x?          bytes = length:int byte*
 * </pre>
 *
 * <p>Format 1 ended before pinned and format 2 before driftSince; up to format 3 a value was a
 * float. All are still read.
 */
final class TrainerStateCodec {

  private static final int FORMAT = 4;

  private TrainerStateCodec() {}

  static byte[] toBytes(TrainerState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(FORMAT);
      out.writeLong(state.closedUpTo());
      out.writeBoolean(state.model().isPresent());
      if (state.model().isPresent()) {
        out.writeInt(state.model().get().length);
        out.write(state.model().get());
      }
      out.writeInt(state.open().size());
      for (WindowSample sample : state.open()) {
        write(out, sample);
      }
      out.writeBoolean(state.queued().isPresent());
      if (state.queued().isPresent()) {
        write(out, state.queued().get());
      }
      out.writeBoolean(state.running().isPresent());
      if (state.running().isPresent()) {
        TrainingTask task = state.running().get();
        out.writeLong(task.version());
        out.writeLong(task.seed());
        out.writeLong(task.createdAtMillis());
        write(out, task.sample());
      }
      out.writeBoolean(state.pinned());
      out.writeInt(state.refusals());
      out.writeLong(state.cut().since());
      out.writeLong(state.cut().earlyEnd());
      out.writeLong(state.cut().version());
      out.writeBoolean(state.cut().early());
    }
    return bytes.toByteArray();
  }

  static TrainerState fromBytes(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readInt();
      if (format < 1 || format > FORMAT) {
        throw new IOException(
            "state of the trainer has format " + format + ", this version reads 1 to " + FORMAT);
      }
      long closedUpTo = in.readLong();
      Optional<byte[]> model =
          in.readBoolean() ? Optional.of(in.readNBytes(in.readInt())) : Optional.empty();
      List<WindowSample> open = new ArrayList<>();
      for (int count = in.readInt(); count > 0; count--) {
        open.add(readSample(in, format));
      }
      Optional<WindowSample> queued =
          in.readBoolean() ? Optional.of(readSample(in, format)) : Optional.empty();
      Optional<TrainingTask> running =
          in.readBoolean() ? Optional.of(readTask(in, format)) : Optional.empty();
      boolean pinned = format >= 2 && in.readBoolean();
      int refusals = format >= 2 ? in.readInt() : 0;
      DriftCut cut =
          format >= 3
              ? new DriftCut(in.readLong(), in.readLong(), in.readLong(), in.readBoolean())
              : DriftCut.NONE;
      return new TrainerState(model, closedUpTo, open, queued, running, pinned, refusals, cut);
    }
  }

  private static TrainingTask readTask(DataInputStream in, int format) throws IOException {
    long version = in.readLong();
    long seed = in.readLong();
    long createdAtMillis = in.readLong();
    return new TrainingTask(readSample(in, format), version, seed, createdAtMillis);
  }

  private static void write(DataOutputStream out, WindowSample sample) throws IOException {
    out.writeLong(sample.windowStart);
    out.writeLong(sample.windowEnd);
    out.writeLong(sample.seen);
    out.writeInt(sample.d);
    out.writeInt(sample.priorities.length);
    for (long priority : sample.priorities) {
      out.writeLong(priority);
    }
    for (double value : sample.values()) {
      out.writeDouble(value);
    }
  }

  private static WindowSample readSample(DataInputStream in, int format) throws IOException {
    WindowSample sample = new WindowSample();
    sample.windowStart = in.readLong();
    sample.windowEnd = in.readLong();
    sample.seen = in.readLong();
    sample.d = in.readInt();
    sample.priorities = new long[in.readInt()];
    for (int i = 0; i < sample.priorities.length; i++) {
      sample.priorities[i] = in.readLong();
    }
    sample.exact = new double[sample.priorities.length * sample.d];
    for (int i = 0; i < sample.exact.length; i++) {
      sample.exact[i] = format >= 4 ? in.readDouble() : in.readFloat();
    }
    return sample;
  }
}
