package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"burgee-bench-go/internal/burgee"
	"burgee-bench-go/internal/work"
)

func (b *bench) evaluations() error {
	return b.withEngines(func(engines []engine) error {
		var peers peers
		loaded := ""
		for _, scenario := range b.index.Evaluations {
			able, err := b.able(engines, scenario.ID, scenario.FlagCount, "json-bytes", "json", "slots")
			if err != nil {
				return err
			}
			if scenario.Flags != loaded {
				if peers, err = b.loadAll(able, scenario.Flags); err != nil {
					return err
				}
				loaded = scenario.Flags
			}
			if err := b.evaluation(able, peers, scenario); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bench) loadAll(engines []engine, file string) (peers, error) {
	for _, engine := range engines {
		if err := engine.load(b, file); err != nil {
			return peers{}, err
		}
	}
	return b.loadPeers(file)
}

func (b *bench) evaluation(engines []engine, peers peers, scenario work.Evaluation) error {
	text, attributes, err := b.index.ReadContext(scenario.Context)
	if err != nil {
		return err
	}
	var entries []entry
	for _, engine := range engines {
		ours, err := engine.evaluations(scenario, text, attributes)
		if err != nil {
			return fmt.Errorf("%s in %s: %w", scenario.ID, engine.runtime, err)
		}
		entries = append(entries, ours...)
	}
	others, err := b.peerEntries(peers, scenario, attributes)
	if err != nil {
		return err
	}
	return b.time(scenario.ID, append(entries, others...), b.batches)
}

// A way of asking gives an answer that can be compared; what is timed leaves out what only the comparison needs.
type way struct {
	name     string
	answer   func() (burgee.Answer, error)
	evaluate func() error
}

func (e engine) evaluations(scenario work.Evaluation, text []byte, attributes map[string]any) ([]entry, error) {
	var entries []entry
	for _, way := range e.ways(scenario.Key, text, attributes) {
		answer, err := way.answer()
		if err != nil {
			return nil, err
		}
		if fault := differs(answer, scenario.Expect); fault != nil {
			return nil, fmt.Errorf("way %s: %w", way.name, fault)
		}
		task := repeated(way.evaluate)
		task.Rounds = e.rounds
		entries = append(entries, entry{e.subject(way.name), task})
	}
	return entries, nil
}

func (e engine) ways(key string, text []byte, attributes map[string]any) []way {
	var reply []byte
	var answer burgee.Answer
	asBytes := func() (err error) { reply, err = e.EvaluateBytes(key, text, reply); return err }
	asObject := func() (err error) { answer, err = e.EvaluateObject(key, attributes); return err }
	asSlots := func() (err error) { answer, err = e.Evaluate(key, attributes); return err }
	return []way{
		{"json-bytes", func() (burgee.Answer, error) {
			if err := asBytes(); err != nil {
				return burgee.Answer{}, err
			}
			var read burgee.Answer
			err := json.Unmarshal(reply, &read)
			return read, err
		}, asBytes},
		{"json", func() (burgee.Answer, error) { err := asObject(); return answer, err }, asObject},
		{"slots", func() (burgee.Answer, error) { err := asSlots(); return answer, err }, asSlots},
	}
}

func differs(answer burgee.Answer, expect work.Expected) error {
	given := work.Expected{Value: answer.Value, Variant: answer.Variant, Reason: answer.Reason, ErrorCode: answer.ErrorCode}
	if reflect.DeepEqual(given, expect) {
		return nil
	}
	return fmt.Errorf("answers %+v instead of %+v", given, expect)
}
