package io.otflow.engine.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory of this machine that a device reads and writes by itself. It grows and is reused. The
 * device must be current. Not thread-safe.
 */
final class PinnedBuffer implements Resources.Resource {

  /** Usable from every context. */
  private static final int PORTABLE = 1;

  private final Device device;
  private final String purpose;
  private Pointer pointer;
  private ByteBuffer view = ByteBuffer.allocate(0);

  PinnedBuffer(Device device, String purpose) {
    this.device = device;
    this.purpose = purpose;
  }

  /** Makes room; what was in it is lost if it has to grow. Nothing may be using it. */
  void require(long needed) {
    if (needed > view.capacity()) {
      close();
      PointerByReference out = new PointerByReference();
      device.check(
          device.library().cuMemHostAlloc(out, needed, PORTABLE),
          "allocating " + needed + " bytes of pinned memory for " + purpose);
      pointer = out.getValue();
      view = pointer.getByteBuffer(0, needed).order(ByteOrder.nativeOrder());
    }
  }

  Pointer pointer() {
    return pointer;
  }

  /** Its bytes, in native order. */
  ByteBuffer bytes() {
    return view;
  }

  @Override
  public void close() {
    if (pointer != null) {
      Pointer old = pointer;
      pointer = null;
      view = ByteBuffer.allocate(0);
      device.check(device.library().cuMemFreeHost(old), "freeing pinned memory of " + purpose);
    }
  }
}
