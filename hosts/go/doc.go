// Package burgee evaluates feature flags in flagd's format, inside the process: no daemon, no network, no cgo.
//
// The engine is one WebAssembly module that this package carries with it and runs in wazero. An [Evaluator] holds one
// flag set and answers for it:
//
//	e, err := burgee.New(ctx, burgee.WithFlagsFile("flags.json"))
//	if err != nil {
//		return err
//	}
//	defer e.Close()
//	on := e.Bool(ctx, "new-checkout", false, burgee.Attributes{"email": "ada@example.com"})
//
// # Defaults and errors
//
// An evaluation never fails: where there is no value to give, the caller's default is the answer. [Evaluator.BoolDetails]
// and its sisters say why, and their [Details.Err] wraps one of the sentinel errors of this package. A flag that is
// disabled, or that has no default variant, gives the default and no error.
//
// # Goroutines
//
// An Evaluator is safe for any number of goroutines and starts none of its own. [Evaluator.Update] makes a new
// generation of module instances beside the one in force and then swaps them, so it never holds up an evaluation, and
// every answer comes from one generation alone.
//
// # Values are shared
//
// Objects, lists and metadata in answers are made once per update and handed to every caller. Treat them as read-only.
package burgee
