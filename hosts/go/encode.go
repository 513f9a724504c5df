package burgee

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Limits that the module has too. They are looked at here so that values which refer to themselves come to an end.
const (
	mostContext = 1 << 20
	mostNesting = 128
)

// Appends an entry for each slot that a context has a value for.
func appendSlots(out []byte, wanted []slot, in EvaluationContext) ([]byte, error) {
	for place := range wanted {
		value, found, err := in.lookUp(wanted[place].path)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		out = binary.LittleEndian.AppendUint16(out, wanted[place].number)
		if out, err = appendValue(out, value); err != nil {
			return nil, inside(wanted[place].path, err)
		}
	}
	return out, nil
}

func appendValue(out []byte, value any) ([]byte, error) {
	one, ok, err := scalarOf(value)
	if err == nil && !ok {
		if value, err = plain(value); err == nil {
			one, ok, err = scalarOf(value)
		}
	}
	if err != nil {
		return nil, err
	}
	if !ok {
		return appendNested(out, value)
	}
	out = append(out, one.tag)
	switch one.tag {
	case tagInteger:
		out = binary.LittleEndian.AppendUint64(out, uint64(one.integer))
	case tagDouble:
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(one.double))
	case tagString:
		if len(one.text) > mostContext {
			return nil, tooLarge()
		}
		out = append(binary.LittleEndian.AppendUint32(out, uint32(len(one.text))), one.text...)
	}
	return out, nil
}

// A list or map travels as JSON, whose length stands before it.
func appendNested(out []byte, value any) ([]byte, error) {
	out = append(out, tagJSON, 0, 0, 0, 0)
	begin := len(out)
	out, err := appendJSON(out, value, 0)
	if err != nil {
		return nil, err
	}
	binary.LittleEndian.PutUint32(out[begin-4:], uint32(len(out)-begin))
	return out, nil
}

func appendJSON(out []byte, value any, depth int) ([]byte, error) {
	if len(out) > 2*mostContext {
		return nil, tooLarge()
	}
	value, err := plain(value)
	if err != nil {
		return nil, err
	}
	switch value := value.(type) {
	case map[string]any:
		return appendObject(out, value, depth)
	case []any:
		return appendList(out, value, depth)
	}
	one, _, err := scalarOf(value)
	if err != nil {
		return nil, err
	}
	return appendScalar(out, one), nil
}

func appendScalar(out []byte, one scalar) []byte {
	switch one.tag {
	case tagFalse:
		return append(out, "false"...)
	case tagTrue:
		return append(out, "true"...)
	case tagInteger:
		return strconv.AppendInt(out, one.integer, 10)
	case tagDouble:
		// With an exponent it is read as a double, whatever its value.
		return strconv.AppendFloat(out, one.double, 'e', -1, 64)
	case tagString:
		return appendString(out, one.text)
	}
	return append(out, "null"...)
}

// Members stand in the order of their names, so that the same context always has the same text.
func appendObject(out []byte, value map[string]any, depth int) ([]byte, error) {
	if depth > mostNesting {
		return nil, tooDeep()
	}
	names := make([]string, 0, len(value))
	for name := range value {
		names = append(names, name)
	}
	slices.Sort(names)
	out = append(out, '{')
	for place, name := range names {
		if place > 0 {
			out = append(out, ',')
		}
		out = append(appendString(out, name), ':')
		var err error
		if out, err = appendJSON(out, value[name], depth+1); err != nil {
			return nil, within(name, err)
		}
	}
	return append(out, '}'), nil
}

func appendList(out []byte, value []any, depth int) ([]byte, error) {
	if depth > mostNesting {
		return nil, tooDeep()
	}
	out = append(out, '[')
	for place, member := range value {
		if place > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = appendJSON(out, member, depth+1); err != nil {
			return nil, within(strconv.Itoa(place), err)
		}
	}
	return append(out, ']'), nil
}

const hexDigits = "0123456789abcdef"

// Escapes what JSON asks for and nothing else. Bytes that are no UTF-8 are passed on: the module says where they are.
func appendString(out []byte, value string) []byte {
	out = append(out, '"')
	begin := 0
	for place := 0; place < len(value); place++ {
		char := value[place]
		if char >= ' ' && char != '"' && char != '\\' {
			continue
		}
		out = append(out, value[begin:place]...)
		if char >= ' ' {
			out = append(out, '\\', char)
		} else {
			out = append(out, '\\', 'u', '0', '0', hexDigits[char>>4], hexDigits[char&0xF])
		}
		begin = place + 1
	}
	return append(append(out, value[begin:]...), '"')
}

func tooLarge() error {
	return &attributeError{code: ParseError, reason: fmt.Sprintf(
		"is larger than %d bytes, the most that is read of an evaluation context", mostContext)}
}

func tooDeep() error {
	return &attributeError{code: ParseError, reason: fmt.Sprintf(
		"nests deeper than %d levels", mostNesting)}
}
