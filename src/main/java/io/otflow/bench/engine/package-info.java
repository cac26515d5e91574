/** How fast engines score and train, against what the machine's multiply-add units could do. */
package io.otflow.bench.engine;
