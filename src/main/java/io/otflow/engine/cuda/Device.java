package io.otflow.engine.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.otflow.engine.DeviceException;
import io.otflow.engine.EngineUnavailableException;
import io.otflow.engine.Integrator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A GPU, with one context and one copy of each module a process, shared by all that acquire it and
 * freed by the last that closes it. Thread-safe.
 */
final class Device implements AutoCloseable {

  private static final int MULTIPROCESSORS = 16;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int SHARED_BYTES_OPT_IN = 97;
  private static final int MAX_DYNAMIC_SHARED_BYTES = 8;

  /** Who waits for the device sleeps, instead of taking a core from the other subtasks. */
  private static final int BLOCKING_SYNC = 4;

  private static final int OLDEST_MAJOR = 8;

  private static final Map<Integer, Device> OPEN = new HashMap<>();

  private final Driver driver;
  private final DriverLibrary library;
  private final int index;
  private final int handle;
  private final String name;
  private final int major;
  private final int minor;
  private final int multiprocessors;
  private final int sharedBytes;
  private final Pointer context;
  private final Map<Tile, Pointer> modules = new HashMap<>();
  private int users;

  /**
   * A kernel, ready to launch.
   *
   * @param tile its tile
   * @param function the driver's handle
   * @param sharedBytes shared memory of a block
   * @param blocks blocks that the device runs at once
   */
  record Kernel(Tile tile, Pointer function, int sharedBytes, int blocks) {}

  /**
   * Takes a device into use.
   *
   * @param index its index among the driver's devices, from 0
   * @throws EngineUnavailableException if there is no driver, no such device, or it is too old
   */
  static Device acquire(int index) {
    synchronized (OPEN) {
      Device device = OPEN.get(index);
      if (device == null) {
        device = new Device(Driver.get(), index);
        OPEN.put(index, device);
      }
      device.users++;
      return device;
    }
  }

  private Device(Driver driver, int index) {
    this.driver = driver;
    this.library = driver.library();
    this.index = index;
    int count = driver.devices();
    if (index < 0 || index >= count) {
      throw new EngineUnavailableException(
          "engine 'cuda' was given device "
              + index
              + ", but the driver has "
              + count
              + ": see what nvidia-smi lists, and the external resource's settings");
    }
    IntByReference value = new IntByReference();
    driver.check(library.cuDeviceGet(value, index), "cuDeviceGet", "device " + index);
    handle = value.getValue();
    byte[] text = new byte[256];
    driver.check(
        library.cuDeviceGetName(text, text.length, handle), "cuDeviceGetName", "device " + index);
    name = new String(text, StandardCharsets.UTF_8).replaceFirst("\0.*", "");
    major = attribute(CAPABILITY_MAJOR);
    minor = attribute(CAPABILITY_MINOR);
    if (major < OLDEST_MAJOR) {
      throw new EngineUnavailableException(
          "engine 'cuda' needs compute capability "
              + OLDEST_MAJOR
              + ".0 or newer, got "
              + this
              + ": use --engine nd4j or --engine simd");
    }
    multiprocessors = attribute(MULTIPROCESSORS);
    sharedBytes = attribute(SHARED_BYTES_OPT_IN);
    check(library.cuDevicePrimaryCtxSetFlags_v2(handle, BLOCKING_SYNC), "setting its flags");
    PointerByReference out = new PointerByReference();
    check(library.cuDevicePrimaryCtxRetain(out, handle), "cuDevicePrimaryCtxRetain");
    context = out.getValue();
  }

  private int attribute(int attribute) {
    IntByReference value = new IntByReference();
    check(library.cuDeviceGetAttribute(value, attribute, handle), "cuDeviceGetAttribute");
    return value.getValue();
  }

  /** Shared memory that a block may have, in bytes. */
  int sharedBytes() {
    return sharedBytes;
  }

  /** Multiprocessors. */
  int multiprocessors() {
    return multiprocessors;
  }

  /** The functions of the driver. */
  DriverLibrary library() {
    return library;
  }

  /**
   * Checks what a call on this device returned.
   *
   * @param code 0 or an error
   * @param call the call
   * @throws DeviceException if it is an error
   */
  void check(int code, String call) {
    driver.check(code, call, toString());
  }

  /** Makes this device the calling thread's. */
  void makeCurrent() {
    check(library.cuCtxSetCurrent(context), "cuCtxSetCurrent");
  }

  /**
   * A kernel for a tile, whose module is loaded if it is not yet; the device must be current.
   *
   * @param tile the tile
   * @param integrator the kernel's rule
   * @param bytes shared memory of a block
   * @return the kernel
   */
  Kernel kernel(Tile tile, Integrator integrator, int bytes) {
    PointerByReference out = new PointerByReference();
    String function = integrator.label();
    synchronized (modules) {
      Pointer module = modules.get(tile);
      if (module == null) {
        check(
            library.cuModuleLoadData(out, image(tile.module())), "loading module " + tile.module());
        module = out.getValue();
        modules.put(tile, module);
      }
      check(library.cuModuleGetFunction(out, module, function), "finding kernel " + function);
    }
    Pointer handle = out.getValue();
    check(
        library.cuFuncSetAttribute(handle, MAX_DYNAMIC_SHARED_BYTES, bytes),
        "asking for " + bytes + " bytes of shared memory");
    IntByReference blocks = new IntByReference();
    check(
        library.cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, handle, Tile.THREADS, bytes),
        "cuOccupancyMaxActiveBlocksPerMultiprocessor");
    return new Kernel(tile, handle, bytes, Math.max(1, blocks.getValue()) * multiprocessors);
  }

  /** A module's PTX, with the zero at its end that the driver expects. */
  static Memory image(String module) {
    String file = module + ".ptx";
    try (InputStream in = Device.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not in this jar");
      }
      byte[] text = in.readAllBytes();
      Memory memory = new Memory(text.length + 1L);
      memory.write(0, text, 0, text.length);
      memory.setByte(text.length, (byte) 0);
      return memory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets go of the device; the last one frees its modules and its context. */
  @Override
  public void close() {
    synchronized (OPEN) {
      if (--users > 0) {
        return;
      }
      OPEN.remove(index);
    }
    // After an error that lost the device these fail too; what they would free is gone by then.
    if (library.cuCtxSetCurrent(context) == 0) {
      for (Pointer module : modules.values()) {
        int unused = library.cuModuleUnload(module);
      }
    }
    int unused = library.cuDevicePrimaryCtxRelease_v2(handle);
  }

  @Override
  public String toString() {
    return "device " + index + " (" + name + ", compute capability " + major + "." + minor + ")";
  }
}
