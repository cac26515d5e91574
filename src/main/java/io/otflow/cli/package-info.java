/** The command line. */
package io.otflow.cli;
