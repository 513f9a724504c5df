package burgee

import (
	"bytes"
	"encoding/json"
	"fmt"
)

var success = []byte(`{"success":true`)

// Update replaces the flags and gives the module's report, a view that is good until the next call. Evaluations need
// [Module.Load], which reads the report too.
func (m *Module) Update(document []byte) ([]byte, error) {
	memory, err := m.lend(len(document))
	if err != nil {
		return nil, err
	}
	view, err := m.read(memory.address, memory.capacity)
	if err != nil {
		return nil, err
	}
	copy(view, document)
	m.stack[0], m.stack[1] = uint64(memory.address), uint64(len(document))
	place, err := m.call(m.calls.update)
	if err != nil {
		return nil, err
	}
	if err := m.free(memory); err != nil {
		return nil, err
	}
	report, err := m.read(uint32(place>>32), uint32(place))
	if err == nil && !bytes.HasPrefix(report, success) {
		err = fmt.Errorf("the module refused the flags: %.300s", report)
	}
	return report, err
}

// Load replaces the flags and makes everything that evaluations use: places, slots, variants and metadata.
func (m *Module) Load(document []byte) error {
	text, err := m.Update(document)
	if err != nil {
		return err
	}
	var report struct{ FlagIndices map[string]uint64 }
	if err := json.Unmarshal(text, &report); err != nil {
		return fmt.Errorf("the report of an update is no JSON: %w", err)
	}
	m.indices = report.FlagIndices
	text, err = m.callText(m.calls.describeState)
	if err != nil {
		return err
	}
	m.table, err = readTable(text)
	return err
}

// Reset forgets the flags.
func (m *Module) Reset() error {
	_, err := m.call(m.calls.reset)
	m.table, m.indices = table{}, nil
	return err
}
