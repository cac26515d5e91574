package io.otflow.flink;

import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What Flink makes of a job. */
public final class JobGraphs {

  private static final int PARALLELISM = 3;

  private JobGraphs() {}

  /** Ids of the tasks that have one subtask whatever the job's parallelism is. */
  public static List<String> verticesOfOneSubtask(JobConfig config) {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(PARALLELISM);
    new OtflowJob(config).addTo(env);
    return StreamSupport.stream(
            env.getStreamGraph().getJobGraph().getVertices().spliterator(), false)
        .filter(vertex -> vertex.getParallelism() == 1)
        .map(JobVertex::getID)
        .map(Object::toString)
        .toList();
  }
}
