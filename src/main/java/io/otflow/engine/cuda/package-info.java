/**
 * The engine for NVIDIA GPUs: one launch of the kernel of {@code src/main/cuda} scores a batch.
 * Here is what surrounds it: the driver's interface, what a device is, how a model and the
 * integrator's tables are laid out for the kernel, and batches on their way.
 */
package io.otflow.engine.cuda;
