#!/usr/bin/env bash
# Stands in for the entry point of Flink's official image: the modes, the arguments and FLINK_PROPERTIES as its
# documentation has them.
set -euo pipefail

home=/opt/flink
export FLINK_CONF_DIR=$home/conf FLINK_PLUGINS_DIR=$home/plugins

java_options() {
  # env.java.opts.all of the configuration, as Flink's scripts read it.
  java -cp "$home/lib/*" org.apache.flink.runtime.util.bash.BashJavaUtils "$1" --configDir "$home/conf" "${@:2}" 2>/dev/null |
    sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p'
}

configured() {
  awk -v key="$1" '$0 ~ "^ *" key ":" { on = 1; next } on && /^ *--/ { print $1; next } on { exit }' "$home/conf/config.yaml"
}

properties=()
while IFS= read -r line; do
  if [ -n "${line// /}" ]; then properties+=(-D "${line%%: *}=${line#*: }"); fi
done <<<"${FLINK_PROPERTIES:-}"

log=-Dlog4j.configurationFile=file:$home/conf/log4j-console.properties
mapfile -t opens < <(configured all)

case ${1:-} in
  standalone-job)
    shift
    mapfile -t memory < <(java_options GET_JM_RESOURCE_PARAMS)
    # shellcheck disable=SC2086  # lists of words
    exec java ${memory[0]} "$log" "${opens[@]}" -cp "$home/lib/*" \
      org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint --configDir "$home/conf" \
      "${properties[@]}" ${memory[1]} "$@"
    ;;
  taskmanager)
    shift
    mapfile -t memory < <(java_options GET_TM_RESOURCE_PARAMS "${properties[@]}")
    # shellcheck disable=SC2086
    exec java ${memory[0]} "$log" "${opens[@]}" -XX:ThreadPriorityPolicy=1 -XX:JavaPriority1_To_OSPriority=19 -XX:CompilerThreadPriority=0 -cp "$home/lib/*" \
      org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir "$home/conf" \
      "${properties[@]}" ${memory[1]} "$@"
    ;;
  *) exec "$@" ;;
esac
