package main

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"

	"burgee-bench-go/internal/burgee"
	"burgee-bench-go/internal/results"
)

// An engine is burgee in one of wazero's two runtimes.
type engine struct {
	*burgee.Module
	runtime string
	// Limits, 0 for none.
	rounds, flags int
}

func (b *bench) engines() ([]engine, error) {
	compiled, err := burgee.Open(context.Background(), wazero.NewRuntimeConfigCompiler(), b.wasm)
	if err != nil {
		return nil, fmt.Errorf("wazero's compiler: %w", err)
	}
	interpreted, err := burgee.Open(context.Background(), wazero.NewRuntimeConfigInterpreter(), b.wasm)
	if err != nil {
		return nil, fmt.Errorf("wazero's interpreter: %w", err)
	}
	return []engine{
		{compiled, "wazero", 0, 0},
		{interpreted, "wazero interpreter", interpreterRounds, manyFlags},
	}, nil
}

// Leaves out the engines that are too slow for so many flags.
func (b *bench) able(engines []engine, scenario string, flags int, ways ...string) ([]engine, error) {
	var able []engine
	for _, engine := range engines {
		if engine.flags == 0 || flags <= engine.flags {
			able = append(able, engine)
			continue
		}
		for _, way := range ways {
			if err := b.out.LeftOut(engine.subject(way), scenario, tooManyFlags); err != nil {
				return nil, err
			}
		}
	}
	return able, nil
}

func (e engine) subject(way string) results.Subject {
	return results.Subject{Runtime: e.runtime, Name: "burgee", Way: way}
}

// Runs work with both engines and ends them.
func (b *bench) withEngines(work func([]engine) error) error {
	engines, err := b.engines()
	if err != nil {
		return err
	}
	err = work(engines)
	for _, engine := range engines {
		if closing := engine.Close(); err == nil {
			err = closing
		}
	}
	return err
}

func (e engine) load(b *bench, file string) error {
	document, err := b.index.Read(file)
	if err != nil {
		return err
	}
	if err := e.Load(document); err != nil {
		return fmt.Errorf("%s in %s: %w", file, e.runtime, err)
	}
	return nil
}
