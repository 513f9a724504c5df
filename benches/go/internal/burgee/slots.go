package burgee

import (
	"fmt"
	"time"
)

// Evaluate answers through slots: it sends only the values that the flag reads and maps the answer word to this
// host's own objects. It allocates nothing unless the flag reads an array, an object or the whole context.
func (m *Module) Evaluate(key string, attributes map[string]any) (Answer, error) {
	flag, ok := m.table.flags[key]
	if !ok {
		return Answer{Reason: "ERROR", ErrorCode: "FLAG_NOT_FOUND"}, nil
	}
	return m.evaluate(flag, attributes)
}

// EvaluateEach answers every flag through slots, by key, into a list that the caller reuses.
func (m *Module) EvaluateEach(attributes map[string]any, answers []Answer) ([]Answer, error) {
	for _, flag := range m.table.order {
		answer, err := m.evaluate(flag, attributes)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

func (m *Module) evaluate(flag *flag, attributes map[string]any) (Answer, error) {
	if flag.UsesTime {
		m.stack[0] = uint64(time.Now().Unix())
		if _, err := m.call(m.calls.setTime); err != nil {
			return Answer{}, err
		}
	}
	if flag.WholeContext {
		return m.EvaluateObject(flag.Key, attributes)
	}
	size, err := m.send(flag, attributes)
	if err != nil {
		return Answer{}, err
	}
	m.stack = [4]uint64{flag.Index, m.table.generation, uint64(m.input.address), uint64(size)}
	word, err := m.call(m.calls.evaluateSlots)
	if err != nil {
		return Answer{}, err
	}
	if uint32(word)>>codeShift&nibble == stale {
		return Answer{}, fmt.Errorf("flag `%s` was described in generation %d, which is no longer in force", flag.Key,
			m.table.generation)
	}
	return flag.answer(uint32(word)), nil
}

// LastError is the sentence of the last evaluation that answered with an error, as JSON.
func (m *Module) LastError() (string, error) {
	text, err := m.callText(m.calls.lastErrorText)
	return string(text), err
}

// Writes the values of a flag's slots to the input buffer.
func (m *Module) send(flag *flag, attributes map[string]any) (int, error) {
	if len(flag.wanted) == 0 {
		return 0, nil
	}
	view, err := m.view(1)
	if err != nil {
		return 0, err
	}
	// Entries that do not fit make `append` move to memory of its own, which shows in the length.
	entries, err := appendSlots(view[:0], flag.wanted, attributes)
	if err != nil || len(entries) <= len(view) {
		return len(entries), err
	}
	if view, err = m.view(len(entries)); err != nil {
		return 0, err
	}
	return copy(view, entries), nil
}
