// Package tests replays the shared vectors and flagd's testbed through the public interface of burgee, and puts it under
// load. It is a module of its own, so that the engine has one dependency.
package tests
