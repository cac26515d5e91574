package io.otflow.cli;

import io.otflow.avro.FeatureVector;
import io.otflow.codec.CsvRows;
import io.otflow.codec.CsvSelection;
import io.otflow.codec.EventTimes;
import io.otflow.codec.InputException;
import io.otflow.codec.SingleObject;
import io.otflow.kafka.TopicWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes CSV rows to a topic. */
@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes the rows of CSV files to a topic as feature vectors; creates a missing topic;"
            + " prints one JSON object of counts.")
final class ProduceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "F.csv",
      description = "The rows; several files are written one after the other.")
  private List<Path> data;

  @Option(names = "--topic", required = true, paramLabel = "T", description = "The topic.")
  private String topic;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Mixin private PartitionsOption partitions = new PartitionsOption();

  @Option(
      names = "--features",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "A,B",
      description = "Columns to take, in order (default: every column of numbers).")
  private List<String> features;

  @Option(
      names = "--id",
      paramLabel = "COL",
      description = "Column with unique ids (default: the file's name and the row's number).")
  private String id;

  @Option(
      names = "--key",
      paramLabel = "COL",
      description = "Column with keys, such as a device: rows of one key stay in order.")
  private String key;

  @Option(
      names = "--time",
      paramLabel = "COL",
      description =
          "Column with event times: numbers since 1970, ISO-8601, or 2026-01-31 12:00:00 as UTC"
              + " (default: the clock).")
  private String time;

  @Mixin private TimeUnitOption timeUnit = new TimeUnitOption();

  @Option(names = "--label", paramLabel = "COL", description = "Column that is no feature.")
  private String label;

  @Option(
      names = "--rate",
      paramLabel = "ROWS/S",
      description = "Rows a second (default: as fast as the broker takes them).")
  private Double rate;

  @Mixin private CsvOptions cells = new CsvOptions();
  @Mixin private CategoriesOption categories = new CategoriesOption();

  private long started;
  private long rows;

  private final Notes notes = new Notes();

  @Override
  public Integer call() throws IOException {
    check();
    Properties client = kafka.properties();
    int present = partitions.ensure(client, topic);
    started = System.nanoTime();
    try (TopicWriter writer = new TopicWriter(client, topic)) {
      for (Path file : data) {
        try (CsvRows csv = open(file)) {
          send(csv, file, writer);
        }
      }
      writer.flush();
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    spec.commandLine()
        .getOut()
        .println(
            new Json()
                .put("topic", topic)
                .put("partitions", present)
                .put("files", data.size())
                .put("rows", rows)
                .put("seconds", Math.round(seconds * 1000) / 1000.0));
    return 0;
  }

  /**
   * What can be known before the broker is asked: all files open, agree, and have their own ids.
   */
  private void check() throws IOException {
    partitions.check();
    if (time == null) {
      Checks.none(
          spec.commandLine().getParseResult(), "is for --time, a column of times", "--time-unit");
    }
    if (rate != null && !(rate > 0 && Double.isFinite(rate))) {
      throw new InputException("--rate is " + rate + ", expected more than 0 rows a second");
    }
    Set<String> names = new HashSet<>();
    List<String> expected = new ArrayList<>();
    for (Path file : data) {
      if (id == null && !names.add(String.valueOf(file.getFileName()))) {
        throw new InputException(
            "two files are named '" + file.getFileName() + "': their rows would have the same ids");
      }
      try (CsvRows csv = open(file)) {
        notes.leftOut(file, csv.leftOut());
        if (expected.isEmpty()) {
          expected.addAll(csv.featureNames());
        } else if (!expected.equals(csv.featureNames())) {
          throw new InputException(
              file
                  + " has the features "
                  + csv.featureNames()
                  + ", "
                  + data.get(0)
                  + " has "
                  + expected);
        }
      }
    }
  }

  private CsvRows open(Path file) throws IOException {
    return CsvRows.open(
        file,
        CsvSelection.of(features, id, key, time, label),
        cells.toFormat(categories.values(), null));
  }

  private void send(CsvRows csv, Path file, TopicWriter writer) {
    double[] x = new double[csv.d()];
    while (csv.next()) {
      csv.features(x, 0);
      List<Double> values = Arrays.stream(x).boxed().toList();
      Instant eventTime =
          time == null
              ? Instant.now().truncatedTo(ChronoUnit.MILLIS)
              : EventTimes.parse(csv.cell(time), timeUnit.ofFile(), csv.place(time));
      String name = id == null ? file.getFileName() + ":" + csv.rows() : csv.cell(id);
      String keyCell = key == null ? null : csv.cell(key);
      byte[] recordKey = keyCell == null ? null : keyCell.getBytes(StandardCharsets.UTF_8);
      byte[] value = SingleObject.encode(new FeatureVector(name, keyCell, eventTime, values));
      pace();
      writer.write(null, recordKey, value);
      rows++;
    }
    notes.missing(file, csv.missing(), csv.rows());
  }

  private void pace() {
    if (rate == null) {
      return;
    }
    long due = started + (long) (rows / rate * TimeUnit.SECONDS.toNanos(1));
    for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
      LockSupport.parkNanos(wait);
    }
  }
}
