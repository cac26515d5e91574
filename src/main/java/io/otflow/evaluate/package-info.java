/**
 * How good a model is on rows of a file: figures, what they are worth, and its peers on the same.
 */
package io.otflow.evaluate;
