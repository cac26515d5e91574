package io.otflow.engine.cuda;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.otflow.engine.DeviceException;
import io.otflow.engine.EngineUnavailableException;

/** The CUDA driver of this machine, found once a process. Thread-safe. */
final class Driver {

  /** Names the driver's library where it is not among the system's; a path works too. */
  static final String LIBRARY_PROPERTY = "otflow.cuda.library";

  /** CUDA 11.8, which drivers from 520 on are for: what the module's PTX asks for. */
  private static final int OLDEST = 11080;

  private static final Driver INSTANCE;
  private static final String ABSENT;

  static {
    Driver found = null;
    String why = null;
    try {
      found = new Driver(open());
    } catch (UnsatisfiedLinkError e) {
      why = "the NVIDIA driver's library does not load: " + firstLine(e.getMessage());
    } catch (DeviceException | EngineUnavailableException e) {
      why = e.getMessage();
    }
    INSTANCE = found;
    ABSENT = why;
  }

  private final DriverLibrary library;

  private Driver(DriverLibrary library) {
    this.library = library;
    check(library.cuInit(0), "cuInit", "the driver");
    IntByReference value = new IntByReference();
    check(library.cuDriverGetVersion(value), "cuDriverGetVersion", "the driver");
    int version = value.getValue();
    if (version < OLDEST) {
      throw new EngineUnavailableException(
          "the NVIDIA driver is for CUDA "
              + text(version)
              + ", expected "
              + text(OLDEST)
              + " or newer: install driver 520 or newer");
    }
  }

  private static DriverLibrary open() {
    String name = System.getProperty(LIBRARY_PROPERTY);
    if (name == null) {
      // Machines that only run programs have the library under this name alone.
      name = Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
    }
    return Native.load(name, DriverLibrary.class);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("").replaceFirst(":$", "");
  }

  /**
   * The driver.
   *
   * @throws EngineUnavailableException if there is none here, or if it is too old
   */
  static Driver get() {
    if (INSTANCE == null) {
      throw new EngineUnavailableException(
          "engine 'cuda' cannot run here, " + ABSENT + "; --engine simd needs no GPU");
    }
    return INSTANCE;
  }

  /** The functions. */
  DriverLibrary library() {
    return library;
  }

  private static String text(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  /** How many devices there are. */
  int devices() {
    IntByReference count = new IntByReference();
    check(library.cuDeviceGetCount(count), "cuDeviceGetCount", "the driver");
    return count.getValue();
  }

  /**
   * Checks what a call returned.
   *
   * @param code 0 or an error
   * @param call the call, for the message
   * @param device what it was made on, for the message
   * @throws DeviceException if it is an error; the message says what to do
   */
  void check(int code, String call, String device) {
    if (code != 0) {
      throw new DeviceException(
          device + ": " + call + " failed with " + nameOf(code) + ", " + advice(code), code);
    }
  }

  private String nameOf(int code) {
    PointerByReference text = new PointerByReference();
    if (library.cuGetErrorName(code, text) != 0) {
      return "error " + code;
    }
    Pointer name = text.getValue();
    return name == null ? "error " + code : name.getString(0) + " (" + code + ")";
  }

  private static String advice(int code) {
    return switch (code) {
      case 2 -> // CUDA_ERROR_OUT_OF_MEMORY
          "the device's memory is full: give fewer subtasks this device, or use a smaller batch";
      case 3, 100, 101 -> // NOT_INITIALIZED, NO_DEVICE, INVALID_DEVICE
          "no such device is there: see what nvidia-smi lists, or use --engine simd";
      case 209, 218, 222 -> // NO_BINARY_FOR_GPU, INVALID_PTX, UNSUPPORTED_PTX_VERSION
          "the driver is too old for this device: install a newer one, or use --engine simd";
      case 46, 214, 700, 702, 716, 717, 718, 719, 999 ->
          "the device is lost for this process, no result of it is used: restart the task manager,"
              + " and look into nvidia-smi and the system's log";
      default -> "see CUresult in the documentation of the CUDA driver API";
    };
  }
}
