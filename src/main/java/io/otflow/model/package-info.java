/**
 * What a model is, as immutable values: its shape, weights, feature scaling, calibration and
 * provenance.
 */
package io.otflow.model;
