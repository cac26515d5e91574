/** The double oracle behind the engine interface. */
package io.otflow.engine.reference;
