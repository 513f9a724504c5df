/**
 * Evaluates feature flags in flagd's format, in this process and without native code.
 *
 * <p>{@link dev.burgee.Burgee} is the way in: it holds a flag set and answers for flags and evaluation contexts.
 */
package dev.burgee;
