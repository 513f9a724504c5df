package burgee

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tetratelabs/wazero/api"
)

// Turns contexts into JSON in memory that is reused.
type encoder struct {
	buffer *bytes.Buffer
	json   *json.Encoder
}

func newEncoder() encoder {
	buffer := new(bytes.Buffer)
	made := json.NewEncoder(buffer)
	made.SetEscapeHTML(false)
	return encoder{buffer, made}
}

func (e *encoder) encode(attributes map[string]any) ([]byte, error) {
	e.buffer.Reset()
	if err := e.json.Encode(attributes); err != nil {
		return nil, fmt.Errorf("the context cannot be written as JSON: %w", err)
	}
	return e.buffer.Bytes(), nil
}

// EvaluateBytes answers a context of JSON bytes with a copy of the JSON answer in memory that the caller reuses.
func (m *Module) EvaluateBytes(key string, context, answer []byte) ([]byte, error) {
	view, err := m.evaluateText(key, context)
	return append(answer[:0], view...), err
}

// EvaluateObject writes a context as JSON, evaluates, and reads the answer.
func (m *Module) EvaluateObject(key string, attributes map[string]any) (Answer, error) {
	var answer Answer
	context, err := m.text.encode(attributes)
	if err != nil {
		return answer, err
	}
	view, err := m.evaluateText(key, context)
	if err != nil {
		return answer, err
	}
	err = json.Unmarshal(view, &answer)
	return answer, err
}

func (m *Module) evaluateText(key string, context []byte) ([]byte, error) {
	index, known := m.indices[key]
	if !known {
		return m.evaluateUnknown(key, context)
	}
	if err := m.write(context); err != nil {
		return nil, err
	}
	m.stack[0], m.stack[1], m.stack[2] = index, uint64(m.input.address), uint64(len(context))
	return m.callText(m.calls.evaluateByIndex)
}

// The module answers for a flag that it does not have, with the metadata of the flag set.
func (m *Module) evaluateUnknown(key string, context []byte) ([]byte, error) {
	view, err := m.view(len(key) + len(context))
	if err != nil {
		return nil, err
	}
	copy(view[copy(view, key):], context)
	address := uint64(m.input.address)
	m.stack = [4]uint64{address, uint64(len(key)), address + uint64(len(key)), uint64(len(context))}
	return m.callText(m.calls.evaluate)
}

// AllBytes is EvaluateBytes for every flag at once.
func (m *Module) AllBytes(context, answer []byte) ([]byte, error) {
	view, err := m.callContext(m.calls.evaluateAll, context)
	return append(answer[:0], view...), err
}

// AllObject is EvaluateObject for every flag at once.
func (m *Module) AllObject(attributes map[string]any) ([]Answer, error) {
	context, err := m.text.encode(attributes)
	if err != nil {
		return nil, err
	}
	view, err := m.callContext(m.calls.evaluateAll, context)
	if err != nil {
		return nil, err
	}
	var all struct{ Flags []Answer }
	err = json.Unmarshal(view, &all)
	return all.Flags, err
}

func (m *Module) callContext(export api.Function, context []byte) ([]byte, error) {
	if err := m.write(context); err != nil {
		return nil, err
	}
	m.stack[0], m.stack[1] = uint64(m.input.address), uint64(len(context))
	return m.callText(export)
}

func (m *Module) write(input []byte) error {
	view, err := m.view(max(1, len(input)))
	copy(view, input)
	return err
}
