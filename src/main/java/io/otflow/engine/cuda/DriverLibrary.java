package io.otflow.engine.cuda;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The functions of the CUDA driver that the engine calls, by their names in the library ("CUDA
 * Driver API", NVIDIA; all of them are in every driver from 520 on). Device addresses are numbers,
 * contexts, modules, functions and streams are pointers that only the driver reads. Each returns 0
 * or the number of an error.
 */
interface DriverLibrary extends Library {
  int cuInit(int flags);

  int cuDriverGetVersion(IntByReference version);

  int cuGetErrorName(int error, PointerByReference text);

  int cuDeviceGetCount(IntByReference count);

  int cuDeviceGet(IntByReference device, int index);

  int cuDeviceGetName(byte[] name, int length, int device);

  int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

  int cuDevicePrimaryCtxSetFlags_v2(int device, int flags);

  int cuDevicePrimaryCtxRetain(PointerByReference context, int device);

  int cuDevicePrimaryCtxRelease_v2(int device);

  int cuCtxSetCurrent(Pointer context);

  int cuModuleLoadData(PointerByReference module, Pointer image);

  int cuModuleUnload(Pointer module);

  int cuModuleGetFunction(PointerByReference function, Pointer module, String name);

  int cuFuncSetAttribute(Pointer function, int attribute, int value);

  int cuOccupancyMaxActiveBlocksPerMultiprocessor(
      IntByReference blocks, Pointer function, int threads, long sharedBytes);

  int cuMemAlloc_v2(LongByReference address, long bytes);

  int cuMemFree_v2(long address);

  int cuMemHostAlloc(PointerByReference memory, long bytes, int flags);

  int cuMemFreeHost(Pointer memory);

  int cuMemcpyHtoDAsync_v2(long to, Pointer from, long bytes, Pointer stream);

  int cuMemcpyDtoHAsync_v2(Pointer to, long from, long bytes, Pointer stream);

  int cuMemsetD32Async(long to, int value, long count, Pointer stream);

  int cuStreamCreate(PointerByReference stream, int flags);

  int cuStreamDestroy_v2(Pointer stream);

  int cuStreamSynchronize(Pointer stream);

  int cuEventCreate(PointerByReference event, int flags);

  int cuEventDestroy_v2(Pointer event);

  int cuEventRecord(Pointer event, Pointer stream);

  int cuEventElapsedTime(float[] milliseconds, Pointer from, Pointer to);

  int cuLaunchKernel(
      Pointer function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      Pointer stream,
      Pointer arguments,
      Pointer extra);
}
