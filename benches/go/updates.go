package main

import (
	"fmt"

	"burgee-bench-go/internal/measure"
	"burgee-bench-go/internal/work"
)

func (b *bench) updates() error {
	return b.withEngines(func(engines []engine) error {
		for _, scenario := range b.index.Updates {
			able, err := b.able(engines, scenario.ID, scenario.FlagCount, "update")
			if err != nil {
				return err
			}
			if err := b.update(able, scenario); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bench) update(engines []engine, scenario work.Update) error {
	document, err := b.index.Read(scenario.Flags)
	if err != nil {
		return err
	}
	other := document
	if scenario.Other != "" {
		if other, err = b.index.Read(scenario.Other); err != nil {
			return err
		}
	}
	entries, err := engineUpdates(engines, scenario.Kind, document, other)
	if err != nil {
		return fmt.Errorf("%s: %w", scenario.ID, err)
	}
	core, err := flagdUpdate(scenario, document, other)
	if err != nil {
		return fmt.Errorf("%s: %w", scenario.ID, err)
	}
	if err := b.logicLeftOut(scenario.ID, "update", noUpdates); err != nil {
		return err
	}
	return b.time(scenario.ID, append(entries, core), b.runsAlone)
}

func engineUpdates(engines []engine, kind string, document, other []byte) ([]entry, error) {
	var entries []entry
	for _, engine := range engines {
		apply := func(document []byte) error { _, err := engine.Update(document); return err }
		task, err := updateTask(kind, engine.Reset, apply, document, other)
		if err != nil {
			return nil, err
		}
		task.Rounds = min(engine.rounds, slowUpdateRounds)
		entries = append(entries, entry{engine.subject("update"), task})
	}
	return entries, nil
}

// One update a run: from no flags at all, with the text that is in force, or from one text to another.
func updateTask[T any](kind string, reset func() error, apply func(T) error, document, other T) (measure.Task, error) {
	first := func() error { return apply(document) }
	run := func(int) error { return apply(document) }
	switch kind {
	case "first":
		return measure.Task{Prepare: reset, Run: run}, nil
	case "unchanged":
		return measure.Task{Prepare: first, Run: run}, nil
	case "one-changed":
		return measure.Task{Prepare: first, Run: func(int) error { return apply(other) }}, nil
	}
	return measure.Task{}, fmt.Errorf("an update of kind `%s` is not known", kind)
}
