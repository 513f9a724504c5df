package burgee

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero/api"
)

// Evaluate answers for a flag without asking for a type.
func (e *Evaluator) Evaluate(ctx context.Context, key string, in EvaluationContext) (answer Answer) {
	g, taken, flag, err := e.enter(orBackground(ctx), key, in)
	if err != nil {
		return failed(key, codeOf(err), err)
	}
	if taken == nil {
		return *flag.ready
	}
	err = e.use(g, taken, func(i *instance) (err error) {
		answer, err = i.answer(flag, key, in, e)
		return err
	})
	if err != nil {
		answer = failed(key, codeOf(err), err)
		if flag != nil {
			answer.Metadata = flag.metadata
		}
	}
	return answer
}

// Finds a flag and takes an instance of the same generation; none is taken where the answer is ready.
func (e *Evaluator) enter(ctx context.Context, key string, in EvaluationContext) (*generation, *place, *flag, error) {
	for {
		g, err := e.inForce(ctx)
		if err != nil {
			return nil, nil, nil, err
		}
		flag := g.table.flags[key]
		if flag != nil && flag.ready != nil && admitted(in) {
			return g, nil, flag, nil
		}
		if taken, err := g.take(ctx); err != errRetired {
			return g, taken, flag, err
		}
	}
}

func (e *Evaluator) inForce(ctx context.Context) (*generation, error) {
	if e == nil {
		return nil, ErrClosed
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if g := e.current.Load(); g != nil {
		return g, nil
	}
	return nil, ErrClosed
}

// A text that is too long is an error for every flag; the module says so.
func admitted(in EvaluationContext) bool {
	text, ok := in.(JSON)
	return !ok || len(text) <= mostContext
}

// Works with the instance in a place, and once more with a new one if that breaks. The place is free afterwards.
func (e *Evaluator) use(g *generation, taken *place, work func(*instance) error) error {
	defer g.release(taken)
	for attempt := 0; ; attempt++ {
		err := e.attempt(g, taken, work)
		if err == nil || !errors.Is(err, ErrTrap) {
			return err
		}
		e.drop(taken, err)
		if attempt > 0 {
			return err
		}
	}
}

// Nobody knows what a panic leaves behind, so it is a trap.
func (e *Evaluator) attempt(g *generation, taken *place, work func(*instance) error) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("%w: %v", ErrTrap, panicked)
		}
	}()
	if err := e.mend(g, taken); err != nil {
		return err
	}
	return work(taken.instance)
}

// Makes the instance of a place again, with the document of its generation.
func (e *Evaluator) mend(g *generation, taken *place) (err error) {
	if taken.instance == nil {
		taken.instance, err = e.loaded(g.document)
	}
	return err
}

// Gives up the instance of a place.
func (e *Evaluator) drop(taken *place, err error) {
	e.counts.trap(err)
	if taken.instance != nil {
		taken.instance.close()
		taken.instance = nil
	}
}

func codeOf(err error) ErrorCode {
	switch {
	case errors.Is(err, ErrInvalidContext):
		return InvalidContext
	case errors.Is(err, ErrParse):
		return ParseError
	case errors.Is(err, ErrClosed):
		return NotReady
	}
	return General
}

func (i *instance) answer(flag *flag, key string, in EvaluationContext, e *Evaluator) (Answer, error) {
	if flag != nil && (flag.usesTime || flag.wholeContext) {
		now, err := e.now()
		if err == nil {
			err = i.setTime(now)
		}
		if err != nil {
			return Answer{}, err
		}
	}
	return i.answerAt(flag, key, in)
}

// What the caller's clock says. That it panics is the caller's fault: the instance did nothing wrong.
func (e *Evaluator) now() (seconds int64, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("%w: %v", ErrClock, panicked)
		}
	}()
	return e.clock().Unix(), nil
}

// At the time that was set.
func (i *instance) answerAt(flag *flag, key string, in EvaluationContext) (Answer, error) {
	if flag == nil {
		return i.answerUnknown(key, in)
	}
	if _, text := in.(JSON); text || flag.wholeContext {
		return i.answerJSON(flag, in)
	}
	return i.answerSlots(flag, in)
}

// Through slots: only the values that the flag reads go in, and one word comes out.
func (i *instance) answerSlots(flag *flag, in EvaluationContext) (Answer, error) {
	size, err := i.send(flag, in)
	if err != nil {
		return Answer{}, err
	}
	i.stack = [4]uint64{uint64(flag.index), i.generation & 0xFFFF_FFFF, uint64(i.input.address), uint64(size)}
	word, err := i.call(i.calls.slots)
	if err != nil {
		return Answer{}, err
	}
	if uint32(word)>>codeShift&nibble == stale {
		return Answer{}, fmt.Errorf("%w: it does not hold the flags that it was given", ErrTrap)
	}
	answer := flag.answer(uint32(word))
	if answer.ErrorCode != "" {
		answer.ErrorMessage, err = i.lastError()
	}
	return answer, err
}

// Writes the values of a flag's slots to the input buffer.
func (i *instance) send(flag *flag, in EvaluationContext) (int, error) {
	if len(flag.slots) == 0 || in == nil {
		return 0, nil
	}
	view, err := i.view(1)
	if err != nil {
		return 0, err
	}
	// Entries that do not fit make `append` move to memory of its own, which shows in the length.
	entries, err := appendSlots(view[:0], flag.slots, in)
	if err != nil || len(entries) <= len(view) {
		return len(entries), err
	}
	if view, err = i.view(len(entries)); err != nil {
		return 0, err
	}
	return copy(view, entries), nil
}

func (i *instance) lastError() (string, error) {
	text, err := i.callText(i.calls.lastErrorText)
	if err != nil {
		return "", err
	}
	var said struct{ ErrorMessage string }
	err = decode(text, &said)
	return said.ErrorMessage, err
}

// Through JSON, for a context that is text and for flags whose reads cannot be bounded.
func (i *instance) answerJSON(flag *flag, in EvaluationContext) (Answer, error) {
	context, err := contextText(in)
	if err != nil {
		return Answer{}, err
	}
	size, err := i.write(context)
	if err != nil {
		return Answer{}, err
	}
	i.stack[0], i.stack[1], i.stack[2] = uint64(flag.index), uint64(i.input.address), uint64(size)
	var raw rawAnswer
	if err := i.decodeCall(i.calls.byIndex, &raw); err != nil {
		return Answer{}, err
	}
	return flag.named(&raw), nil
}

// The module answers for a flag that it does not have, with the metadata of the flag set.
func (i *instance) answerUnknown(key string, in EvaluationContext) (Answer, error) {
	context, _ := in.(JSON)
	text, err := i.callTexts(i.calls.evaluate, []byte(key), context)
	if err != nil {
		return Answer{}, err
	}
	var raw rawAnswer
	if err := decode(text, &raw); err != nil {
		return Answer{}, err
	}
	return raw.answer(key), nil
}

func (i *instance) write(input []byte) (int, error) {
	view, err := i.view(len(input) + 1)
	return copy(view, input), err
}

func (i *instance) decodeCall(export api.Function, into any) error {
	text, err := i.callText(export)
	if err != nil {
		return err
	}
	return decode(text, into)
}

func contextText(in EvaluationContext) ([]byte, error) {
	if in == nil {
		return nil, nil
	}
	return in.json()
}
