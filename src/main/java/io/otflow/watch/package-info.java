/** A page on what a running job does: it reads the job's topics and changes nothing. */
package io.otflow.watch;
