// Package benchmarks measures burgee against the evaluator of flagd's Go core, which flagd's daemon and its in-process
// provider use. It is a module of its own, so that the engine does not depend on flagd.
//
//	go test -run '^$' -bench . -count 10 . | tee results.txt
//	benchstat -filter '-.name:Update -.name:Start' -col '/engine@(flagd burgee-prepared burgee-attributes)' results.txt
//	benchstat -filter '.name:Update' -col '/engine@(flagd burgee)' results.txt
package benchmarks
