package main

import (
	"fmt"

	"burgee-bench-go/internal/burgee"
	"burgee-bench-go/internal/flagd"
	"burgee-bench-go/internal/results"
	"burgee-bench-go/internal/work"
)

func loadFlagd(document []byte) (*flagd.Evaluator, error) {
	core, err := flagd.New()
	if err != nil {
		return nil, err
	}
	return core, core.Update(string(document))
}

// Asks with the function for the flag's type, which the expected value tells; a flag without one may have any.
func flagdWay(core *flagd.Evaluator, scenario work.Evaluation, attributes map[string]any) (way, error) {
	var way way
	switch scenario.Expect.Value.(type) {
	case string:
		way = typed(core.Text, scenario.Key, attributes)
	case bool, nil:
		way = typed(core.Boolean, scenario.Key, attributes)
	default:
		return way, fmt.Errorf("this runner does not ask for values like %v", scenario.Expect.Value)
	}
	answer, err := way.answer()
	if err != nil {
		return way, err
	}
	return way, differs(answer, scenario.Expect)
}

func typed[T any](ask func(string, map[string]any) flagd.Result[T], key string, attributes map[string]any) way {
	return way{
		name:     flagdCore.Way,
		answer:   func() (burgee.Answer, error) { return ask(key, attributes).Answer(), nil },
		evaluate: func() error { ask(key, attributes); return nil },
	}
}

// Evaluates all flags, unless flagd answers otherwise than burgee, both sorted by key.
func (b *bench) flagdBulk(scenario work.Bulk, expected []burgee.Answer) ([]entry, error) {
	document, err := b.index.Read(scenario.Flags)
	if err != nil {
		return nil, err
	}
	core, err := loadFlagd(document)
	if err != nil {
		return nil, err
	}
	_, attributes, err := b.index.ReadContext(scenario.Context)
	if err != nil {
		return nil, err
	}
	all, err := core.All(attributes)
	if err == nil {
		err = allDiffer(flagd.Answers(all), expected)
	}
	if err != nil {
		return nil, b.out.LeftOut(flagdCore, scenario.ID, err.Error())
	}
	return []entry{{flagdCore, repeated(func() (err error) { all, err = core.All(attributes); return err })}}, nil
}

func allDiffer(answers, expected []burgee.Answer) error {
	if len(answers) != len(expected) {
		return fmt.Errorf("gives %d answers instead of %d", len(answers), len(expected))
	}
	for i, answer := range answers {
		if !same(answer, expected[i]) {
			return fmt.Errorf("answer %d is %+v instead of %+v", i, answer, expected[i])
		}
	}
	return nil
}

func flagdUpdate(scenario work.Update, document, other []byte) (entry, error) {
	core, err := flagd.New()
	if err != nil {
		return entry{}, err
	}
	reset := func() (err error) { core, err = flagd.New(); return err }
	apply := func(text string) error { return core.Update(text) }
	task, err := updateTask(scenario.Kind, reset, apply, string(document), string(other))
	if scenario.FlagCount > manyFlags {
		task.Rounds = slowUpdateRounds
	}
	return entry{results.Subject{Runtime: flagdCore.Runtime, Name: flagdCore.Name, Way: "update"}, task}, err
}
