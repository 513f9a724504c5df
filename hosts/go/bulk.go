package burgee

import (
	"context"
	"fmt"
)

// All is the answers of a whole flag set.
type All struct {
	// Flags are sorted by key. Of a key that is in several flag sets there is one answer for each.
	Flags []Answer
	// Metadata of the flag set.
	Metadata map[string]any
}

// EvaluateAll evaluates every flag for one context.
func (e *Evaluator) EvaluateAll(ctx context.Context, in EvaluationContext) (All, error) {
	context, err := contextText(in)
	if err != nil {
		return All{}, err
	}
	var raw struct {
		Flags        []rawAnswer
		FlagMetadata map[string]any
		Error        string
	}
	err = e.anywhere(ctx, func(i *instance) error {
		now, err := e.now()
		if err == nil {
			err = i.setTime(now)
		}
		if err != nil {
			return err
		}
		size, err := i.write(context)
		if err != nil {
			return err
		}
		i.stack[0], i.stack[1] = uint64(i.input.address), uint64(size)
		return i.decodeCall(i.calls.all, &raw)
	})
	if err == nil && raw.Error != "" {
		err = fmt.Errorf("%w: %s", ErrGeneral, raw.Error)
	}
	if err != nil {
		return All{}, err
	}
	all := All{make([]Answer, len(raw.Flags)), settleAll(raw.FlagMetadata)}
	for place := range raw.Flags {
		all.Flags[place] = raw.Flags[place].answer(raw.Flags[place].Key)
	}
	return all, nil
}

// EvaluateLogic applies a bare JSON Logic rule to data, both JSON text; no data is an empty object. The error wraps
// [ErrLogic] if the rule has no result. Flags play no part.
func (e *Evaluator) EvaluateLogic(ctx context.Context, rule, data []byte) (any, error) {
	var raw struct {
		Success bool
		Result  any
		Error   string
	}
	err := e.anywhere(ctx, func(i *instance) error {
		text, err := i.callTexts(i.calls.logic, rule, data)
		if err != nil {
			return err
		}
		return decode(text, &raw)
	})
	if err != nil {
		return nil, err
	}
	if !raw.Success {
		return nil, fmt.Errorf("%w: %s", ErrLogic, raw.Error)
	}
	return settle(raw.Result), nil
}

// Works with any instance of the flags in force.
func (e *Evaluator) anywhere(ctx context.Context, work func(*instance) error) error {
	ctx = orBackground(ctx)
	for {
		g, err := e.inForce(ctx)
		if err != nil {
			return err
		}
		taken, err := g.take(ctx)
		if err == errRetired {
			continue
		}
		if err != nil {
			return err
		}
		return e.use(g, taken, work)
	}
}
