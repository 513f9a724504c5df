// Command burgee-bench-go measures burgee.wasm in wazero against what Go programs evaluate flags with.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"burgee-bench-go/internal/measure"
	"burgee-bench-go/internal/results"
	"burgee-bench-go/internal/work"
)

// Limits of what takes long. The interpreter is here to be placed and not to be told apart by a percent: it has fewer
// rounds, and no document of many flags. Updates that take a second or more have few rounds.
const (
	interpreterRounds = 5
	slowUpdateRounds  = 3
	manyFlags         = 1_000
)

const tooManyFlags = "an update with so many flags takes the interpreter seconds"

type options struct {
	work, wasm, out string
	rounds          int
	quick           bool
}

func main() {
	if err := run(parse()); err != nil {
		fmt.Fprintln(os.Stderr, "burgee-bench-go:", err)
		os.Exit(1)
	}
}

func parse() options {
	var given options
	flag.StringVar(&given.work, "work", "", "`folder` of the scenarios")
	flag.StringVar(&given.wasm, "wasm", "", "burgee.wasm, the `file`")
	flag.StringVar(&given.out, "out", "", "`file` for the results")
	flag.IntVar(&given.rounds, "rounds", 15, "how often each subject is timed")
	flag.BoolVar(&given.quick, "quick", false, "3 short rounds, to see that all works")
	flag.String("peer-wasm", "", "accepted for the sake of the other runners, not used")
	flag.String("core", "", "accepted for the sake of the other runners, not used")
	flag.Parse()
	return given
}

func run(given options) error {
	if given.work == "" || given.wasm == "" || given.out == "" || given.rounds < 1 || flag.NArg() > 0 {
		return errors.New("usage: --work DIR --wasm FILE --out FILE [--rounds N] [--quick]")
	}
	bench, err := open(given)
	if err != nil {
		return err
	}
	return errors.Join(bench.all(), bench.out.Close())
}

// A bench is everything that the scenarios share.
type bench struct {
	index     *work.Index
	wasm      []byte
	out       *results.File
	batches   measure.Options
	runsAlone measure.Options
}

func open(given options) (*bench, error) {
	wasm, err := os.ReadFile(given.wasm)
	if err != nil {
		return nil, err
	}
	index, err := work.Open(given.work)
	if err != nil {
		return nil, err
	}
	out, err := results.Create(given.out)
	if err != nil {
		return nil, err
	}
	options := measure.Options{Rounds: given.rounds, Batch: 10 * time.Millisecond}
	if given.quick {
		options = measure.Options{Rounds: 3, Batch: 2 * time.Millisecond}
	}
	return &bench{index, wasm, out, options, measure.Options{Rounds: options.Rounds}}, nil
}

func (b *bench) all() error {
	for _, part := range []func() error{b.evaluations, b.bulk, b.updates} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// An entry is a subject with what it does in a scenario.
type entry struct {
	subject results.Subject
	task    measure.Task
}

func (b *bench) time(scenario string, entries []entry, options measure.Options) error {
	tasks := make([]measure.Task, len(entries))
	for i := range entries {
		tasks[i] = entries[i].task
	}
	figures, err := measure.Interleaved(tasks, options)
	if err != nil {
		return fmt.Errorf("%s: %w", scenario, err)
	}
	for i, figure := range figures {
		if err := b.out.Measured(entries[i].subject, scenario, figure); err != nil {
			return err
		}
	}
	return nil
}

// Repeated makes a task of one evaluation.
func repeated(evaluate func() error) measure.Task {
	return measure.Task{Run: func(times int) error {
		for range times {
			if err := evaluate(); err != nil {
				return err
			}
		}
		return nil
	}}
}
