package burgee

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// Tags of values in slots.
const (
	tagNull byte = iota
	tagFalse
	tagTrue
	tagInteger
	tagDouble
	tagString
	tagJSON
)

// A scalar is a value without members, as both ways into the module write it: so they cannot disagree.
type scalar struct {
	tag     byte
	integer int64
	double  float64
	text    string
}

// Integers beyond this are not told apart by a double.
const exactDouble = 1 << 53

// Pointers to pointers end somewhere; those that do not are no values.
const mostPointers = 8

func text(value string) scalar { return scalar{tag: tagString, text: value} }

func timeText(value time.Time) string { return value.Format(time.RFC3339Nano) }

func integer(value int64) scalar { return scalar{tag: tagInteger, integer: value} }

func unsigned(value uint64) scalar {
	if value > math.MaxInt64 {
		return scalar{tag: tagDouble, double: float64(value)}
	}
	return integer(int64(value))
}

// A double without fraction is an integer, because that is what its JSON text says. Minus zero is none, and a double
// that is not finite is null, as in the module.
func double(value float64) scalar {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return scalar{tag: tagNull}
	}
	if whole := int64(value); float64(whole) == value && whole > -exactDouble && whole < exactDouble &&
		(whole != 0 || !math.Signbit(value)) {
		return integer(whole)
	}
	return scalar{tag: tagDouble, double: value}
}

func boolean(value bool) scalar {
	if value {
		return scalar{tag: tagTrue}
	}
	return scalar{tag: tagFalse}
}

// A number as its author wrote it: `1.0` stays a double.
func number(value json.Number) (scalar, error) {
	if !json.Valid([]byte(value)) {
		return scalar{}, &attributeError{code: InvalidContext, reason: fmt.Sprintf(
			"is a json.Number with the text `%s`, which is no number", value)}
	}
	if whole, err := strconv.ParseInt(string(value), 10, 64); err == nil && (whole != 0 || value[0] != '-') {
		return integer(whole), nil
	}
	parsed, err := strconv.ParseFloat(string(value), 64)
	if err != nil {
		return scalar{}, &attributeError{code: ParseError, reason: fmt.Sprintf(
			"is a json.Number with the text `%s`, which is no number that a double holds", value)}
	}
	return scalar{tag: tagDouble, double: parsed}, nil
}

// Gives a scalar, or that the value is something else.
func scalarOf(value any) (scalar, bool, error) {
	switch value := value.(type) {
	case nil:
		return scalar{}, true, nil
	case bool:
		return boolean(value), true, nil
	case string:
		return text(value), true, nil
	case int:
		return integer(int64(value)), true, nil
	case int64:
		return integer(value), true, nil
	case int32:
		return integer(int64(value)), true, nil
	case int16:
		return integer(int64(value)), true, nil
	case int8:
		return integer(int64(value)), true, nil
	case uint:
		return unsigned(uint64(value)), true, nil
	case uint64:
		return unsigned(value), true, nil
	case uint32:
		return unsigned(uint64(value)), true, nil
	case uint16:
		return unsigned(uint64(value)), true, nil
	case uint8:
		return unsigned(uint64(value)), true, nil
	case float64:
		return double(value), true, nil
	case float32:
		return double(float64(value)), true, nil
	case json.Number:
		read, err := number(value)
		return read, true, err
	case time.Time:
		return text(timeText(value)), true, nil
	}
	return scalar{}, false, nil
}

// Turns a value of any type that a context can hold into nil, a type of [scalarOf], map[string]any or []any. Members
// stay as they are.
func plain(value any) (any, error) {
	switch value := value.(type) {
	case map[string]any, []any:
		return value, nil
	case Attributes:
		return map[string]any(value), nil
	}
	if _, ok, err := scalarOf(value); ok || err != nil {
		return value, err
	}
	return reflected(reflect.ValueOf(value), 0)
}

func reflected(value reflect.Value, pointers int) (any, error) {
	switch value.Kind() {
	case reflect.Bool:
		return value.Bool(), nil
	case reflect.String:
		return value.String(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return value.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return value.Uint(), nil
	case reflect.Float32, reflect.Float64:
		return value.Float(), nil
	case reflect.Slice, reflect.Array:
		// Bytes may be text, numbers or neither.
		if value.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		items := make([]any, value.Len())
		for place := range items {
			items[place] = value.Index(place).Interface()
		}
		return items, nil
	case reflect.Map:
		if value.Type().Key().Kind() == reflect.String {
			return members(value), nil
		}
	case reflect.Pointer:
		if value.IsNil() {
			return nil, nil
		}
		if inner := value.Elem(); inner.CanInterface() && pointers < mostPointers {
			if _, ok, err := scalarOf(inner.Interface()); ok || err != nil {
				return inner.Interface(), err
			}
			return reflected(inner, pointers+1)
		}
	}
	return nil, &attributeError{code: InvalidContext, reason: fmt.Sprintf(
		"has the Go type `%s`, which no evaluation context holds; give a boolean, string, number, time.Time, list or map",
		value.Type())}
}

func members(value reflect.Value) map[string]any {
	copied := make(map[string]any, value.Len())
	for entries := value.MapRange(); entries.Next(); {
		copied[entries.Key().String()] = entries.Value().Interface()
	}
	return copied
}
