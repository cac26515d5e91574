/** From log-likelihoods to decisions: thresholds, p-values, and how good a ranking is. */
package io.otflow.detect;
