package burgee

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// Reads JSON as Go values: integers that 64 bits hold as int64, other numbers as float64.
func decode(text []byte, into any) error {
	reader := json.NewDecoder(bytes.NewReader(text))
	reader.UseNumber()
	if err := reader.Decode(into); err != nil {
		return fmt.Errorf("%w: it answers no JSON: %w", ErrTrap, err)
	}
	if _, err := reader.Token(); err != io.EOF {
		return fmt.Errorf("%w: it answers more than one JSON value", ErrTrap)
	}
	return nil
}

// Replaces the numbers of decoded JSON, in place.
func settle(value any) any {
	switch value := value.(type) {
	case json.Number:
		return settleNumber(value)
	case map[string]any:
		for name, member := range value {
			value[name] = settle(member)
		}
	case []any:
		for place, member := range value {
			value[place] = settle(member)
		}
	}
	return value
}

func settleNumber(value json.Number) any {
	if whole, err := strconv.ParseInt(string(value), 10, 64); err == nil && (whole != 0 || value[0] != '-') {
		return whole
	}
	// The module writes no number that a double does not hold.
	parsed, _ := strconv.ParseFloat(string(value), 64)
	return parsed
}

func settleAll(values map[string]any) map[string]any {
	if len(values) == 0 {
		return nil
	}
	settle(values)
	return values
}
