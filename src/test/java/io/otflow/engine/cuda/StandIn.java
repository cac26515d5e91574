package io.otflow.engine.cuda;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** What src/test/cuda/driver.cpp has besides the driver's own functions. */
interface StandIn extends Library {

  StandIn INSTANCE = Native.load(HostBuild.library().toString(), StandIn.class);

  void otflow_standin_set(String key, String value);

  void otflow_standin_reset();

  void otflow_standin_forget();

  long otflow_standin_calls(String function);

  long otflow_standin_alive(String kind);
}
