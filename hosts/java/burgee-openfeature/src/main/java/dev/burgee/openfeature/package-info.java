/** burgee as a provider for OpenFeature, and as an evaluator for flagd's provider. */
package dev.burgee.openfeature;
