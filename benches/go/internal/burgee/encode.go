package burgee

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Tags of slot values.
const (
	tagNull = iota
	tagFalse
	tagTrue
	tagInteger
	tagDouble
	tagString
	tagJSON
)

// Integers beyond this are not told apart by a double.
const exactDouble = 1 << 53

// Appends an entry for each slot that the context has a value for.
func appendSlots(out []byte, wanted []slot, attributes map[string]any) ([]byte, error) {
	for i := range wanted {
		value, found := lookUp(attributes, wanted[i].path)
		if !found {
			continue
		}
		out = binary.LittleEndian.AppendUint16(out, wanted[i].number)
		var err error
		if out, err = appendValue(out, value); err != nil {
			return nil, fmt.Errorf("the attribute at %q: %w", wanted[i].path, err)
		}
	}
	return out, nil
}

// Finds the value at a path; lists have places as names.
func lookUp(attributes map[string]any, path []string) (any, bool) {
	value, found := attributes[path[0]]
	for _, name := range path[1:] {
		if !found {
			return nil, false
		}
		switch holder := value.(type) {
		case map[string]any:
			value, found = holder[name]
		case []any:
			value, found = item(holder, name)
		default:
			return nil, false
		}
	}
	return value, found
}

func item(list []any, name string) (any, bool) {
	// `ParseUint` takes digits only, as the module does.
	place, err := strconv.ParseUint(name, 10, 32)
	if err != nil || place >= uint64(len(list)) {
		return nil, false
	}
	return list[place], true
}

func appendValue(out []byte, value any) ([]byte, error) {
	switch value := value.(type) {
	case nil:
		return append(out, tagNull), nil
	case bool:
		if value {
			return append(out, tagTrue), nil
		}
		return append(out, tagFalse), nil
	case string:
		return append(appendHead(out, tagString, len(value)), value...), nil
	case float64:
		return appendDouble(out, value), nil
	case int:
		return appendInteger(out, int64(value)), nil
	case int64:
		return appendInteger(out, value), nil
	case int32:
		return appendInteger(out, int64(value)), nil
	}
	return appendJSON(out, value)
}

func appendHead(out []byte, tag byte, size int) []byte {
	return binary.LittleEndian.AppendUint32(append(out, tag), uint32(size))
}

func appendInteger(out []byte, value int64) []byte {
	return binary.LittleEndian.AppendUint64(append(out, tagInteger), uint64(value))
}

// A double without fraction goes as an integer, because that is what its JSON text says: `3`, not `3.0`. Minus zero is
// `-0` there.
func appendDouble(out []byte, value float64) []byte {
	if whole := int64(value); float64(whole) == value && whole > -exactDouble && whole < exactDouble &&
		(whole != 0 || !math.Signbit(value)) {
		return appendInteger(out, whole)
	}
	return binary.LittleEndian.AppendUint64(append(out, tagDouble), math.Float64bits(value))
}

func appendJSON(out []byte, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return append(appendHead(out, tagJSON, len(text)), text...), nil
}
