/**
 * What scores batches of rows, and what trains: one small interface each, and the provider that
 * picks.
 */
package io.otflow.engine;
