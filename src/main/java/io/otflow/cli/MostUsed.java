package io.otflow.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Options of a command that help lists before all others. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface MostUsed {

  /** Their names, the first of them first. */
  String[] value();
}
