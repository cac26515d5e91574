package io.otflow.engine.cuda;

import com.sun.jna.ptr.LongByReference;

/** Memory on a device that grows and is reused. The device must be current. Not thread-safe. */
final class DeviceBuffer implements Resources.Resource {

  private final Device device;
  private final String purpose;
  private long address;
  private long bytes;

  DeviceBuffer(Device device, String purpose) {
    this.device = device;
    this.purpose = purpose;
  }

  /** Makes room; what was in it is lost if it has to grow. Nothing may be using it. */
  void require(long needed) {
    if (needed > bytes) {
      close();
      LongByReference out = new LongByReference();
      device.check(
          device.library().cuMemAlloc_v2(out, needed),
          "allocating " + needed + " bytes for " + purpose);
      address = out.getValue();
      bytes = needed;
    }
  }

  /** Its address on the device; 0 while nothing was required. */
  long address() {
    return address;
  }

  @Override
  public void close() {
    if (address != 0) {
      long old = address;
      address = 0;
      bytes = 0;
      device.check(device.library().cuMemFree_v2(old), "freeing memory of " + purpose);
    }
  }
}
