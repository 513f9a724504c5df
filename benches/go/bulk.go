package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"burgee-bench-go/internal/burgee"
	"burgee-bench-go/internal/work"
)

func (b *bench) bulk() error {
	return b.withEngines(func(engines []engine) error {
		for _, scenario := range b.index.Bulk {
			if err := b.bulkOf(engines, scenario); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bench) bulkOf(engines []engine, scenario work.Bulk) error {
	var entries []entry
	var answers []burgee.Answer
	for _, engine := range engines {
		ours, given, err := b.engineBulk(engine, scenario)
		if err != nil {
			return fmt.Errorf("%s in %s: %w", scenario.ID, engine.runtime, err)
		}
		entries, answers = append(entries, ours...), given
	}
	core, err := b.flagdBulk(scenario, answers)
	if err != nil {
		return fmt.Errorf("%s: %w", scenario.ID, err)
	}
	if err := b.logicLeftOut(scenario.ID, jsonLogic.Way, noBulk); err != nil {
		return err
	}
	return b.time(scenario.ID, append(entries, core...), b.batches)
}

func (b *bench) engineBulk(e engine, scenario work.Bulk) ([]entry, []burgee.Answer, error) {
	text, attributes, err := b.index.ReadContext(scenario.Context)
	if err != nil {
		return nil, nil, err
	}
	if err := e.load(b, scenario.Flags); err != nil {
		return nil, nil, err
	}
	var reply []byte
	var parsed, answers []burgee.Answer
	ways := []way{
		{name: "json-bytes", evaluate: func() (err error) { reply, err = e.AllBytes(text, reply); return err }},
		{name: "json", evaluate: func() (err error) { parsed, err = e.AllObject(attributes); return err }},
		{name: "slots", evaluate: func() (err error) { answers, err = e.EvaluateEach(attributes, answers[:0]); return err }},
	}
	var entries []entry
	for _, way := range ways {
		if err := way.evaluate(); err != nil {
			return nil, nil, err
		}
		task := repeated(way.evaluate)
		task.Rounds = e.rounds
		entries = append(entries, entry{e.subject(way.name), task})
	}
	return entries, parsed, agree(scenario.Count, reply, parsed, answers)
}

// The three ways must answer every flag alike, and in the same order.
func agree(count int, reply []byte, parsed, answers []burgee.Answer) error {
	var all struct{ Flags []burgee.Answer }
	if err := json.Unmarshal(reply, &all); err != nil {
		return err
	}
	if len(all.Flags) != count || len(parsed) != count || len(answers) != count {
		return fmt.Errorf("%d, %d and %d answers instead of %d", len(all.Flags), len(parsed), len(answers), count)
	}
	for i := range all.Flags {
		if !same(all.Flags[i], parsed[i]) || !same(all.Flags[i], answers[i]) {
			return fmt.Errorf("answer %d is %+v, %+v and %+v", i, all.Flags[i], parsed[i], answers[i])
		}
	}
	return nil
}

// No metadata and none of its members are the same to a caller.
func same(one, other burgee.Answer) bool {
	if len(one.Metadata) == 0 && len(other.Metadata) == 0 {
		one.Metadata, other.Metadata = nil, nil
	}
	return reflect.DeepEqual(one, other)
}
