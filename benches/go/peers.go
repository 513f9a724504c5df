package main

import (
	"fmt"
	"reflect"

	"burgee-bench-go/internal/flagd"
	"burgee-bench-go/internal/jsonlogic"
	"burgee-bench-go/internal/results"
	"burgee-bench-go/internal/work"
)

var (
	flagdCore = results.Subject{Runtime: "Go", Name: "flagd core (go)", Way: "object"}
	jsonLogic = results.Subject{Runtime: "Go", Name: "jsonlogic (go)", Way: "object"}
)

const (
	noUpdates = "the library evaluates rules and keeps no flags"
	noBulk    = "the library evaluates one rule at a time"
)

// Peers have the flags of one document.
type peers struct {
	flagd *flagd.Evaluator
	logic jsonlogic.Flags
}

func (b *bench) loadPeers(file string) (peers, error) {
	document, err := b.index.Read(file)
	if err != nil {
		return peers{}, err
	}
	core, err := loadFlagd(document)
	if err != nil {
		return peers{}, fmt.Errorf("%s: %w", file, err)
	}
	logic, err := jsonlogic.Parse(document)
	return peers{core, logic}, err
}

// Makes the entries of the peers that answer a scenario as expected and says why the others are left out.
func (b *bench) peerEntries(peers peers, scenario work.Evaluation, attributes map[string]any) ([]entry, error) {
	var entries []entry
	add := func(subject results.Subject, evaluate func() error, fault error) error {
		if fault != nil {
			return b.out.LeftOut(subject, scenario.ID, fault.Error())
		}
		entries = append(entries, entry{subject, repeated(evaluate)})
		return nil
	}
	core, fault := flagdWay(peers.flagd, scenario, attributes)
	if err := add(flagdCore, core.evaluate, fault); err != nil {
		return nil, err
	}
	logic := func() error { _, _, err := peers.logic.Evaluate(scenario.Key, attributes); return err }
	return entries, add(jsonLogic, logic, agrees(peers.logic, scenario, attributes))
}

func agrees(flags jsonlogic.Flags, scenario work.Evaluation, attributes map[string]any) error {
	if err := flags.Supports(scenario.Key); err != nil {
		return err
	}
	value, variant, err := flags.Evaluate(scenario.Key, attributes)
	if err != nil {
		return err
	}
	if variant != scenario.Expect.Variant || !reflect.DeepEqual(value, scenario.Expect.Value) {
		return fmt.Errorf("answers variant %q with value %v", variant, value)
	}
	return nil
}

func (b *bench) logicLeftOut(scenario, way, reason string) error {
	subject := jsonLogic
	subject.Way = way
	return b.out.LeftOut(subject, scenario, reason)
}
