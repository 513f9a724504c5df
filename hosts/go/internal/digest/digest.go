// Package digest reduces answers to one SHA-256 that hosts in all languages can compare. hosts/README.md describes the
// form.
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math"
	"slices"
	"strconv"
)

// A Digest takes in named answers, one after the other.
type Digest struct {
	hash  hash.Hash
	text  []byte
	count int
}

// New makes an empty digest.
func New() *Digest { return &Digest{hash: sha256.New()} }

// Add takes in a name and the members of an answer. Members that are absent must be absent here.
func (d *Digest) Add(name string, answer map[string]any) error {
	text, err := Append(AppendString(d.text[:0], name), answer)
	if err != nil {
		return fmt.Errorf("the answer of `%s`: %w", name, err)
	}
	d.text = text
	d.hash.Write(text)
	d.count++
	return nil
}

// Members are what is taken in of an answer: everything but its key and its message, each only if it is there.
func Members(reason, errorCode, variant string, hasValue bool, value any, metadata map[string]any) map[string]any {
	made := map[string]any{"reason": reason}
	if hasValue {
		made["value"] = value
	}
	if variant != "" {
		made["variant"] = variant
	}
	if errorCode != "" {
		made["errorCode"] = errorCode
	}
	if len(metadata) > 0 {
		made["flagMetadata"] = metadata
	}
	return made
}

// Count is how many answers were taken in.
func (d *Digest) Count() int { return d.count }

// Sum is the digest so far, in hexadecimal.
func (d *Digest) Sum() string { return hex.EncodeToString(d.hash.Sum(nil)) }

// AppendString appends the canonical form of a string: `s`, its length in bytes, a colon, its bytes.
func AppendString(out []byte, value string) []byte {
	return append(append(strconv.AppendInt(append(out, 's'), int64(len(value)), 10), ':'), value...)
}

// Append appends the canonical form of a value.
func Append(out []byte, value any) ([]byte, error) {
	switch value := value.(type) {
	case nil:
		return append(out, 'n'), nil
	case bool:
		if value {
			return append(out, 't'), nil
		}
		return append(out, 'f'), nil
	case string:
		return AppendString(out, value), nil
	case int64:
		return appendNumber(out, float64(value)), nil
	case float64:
		return appendNumber(out, value), nil
	case json.Number:
		double, err := value.Float64()
		return appendNumber(out, double), err
	case []any:
		return appendList(out, value)
	case map[string]any:
		return appendObject(out, value)
	}
	return nil, fmt.Errorf("a %T has no canonical form", value)
}

// Numbers are compared by their value as doubles: the bits tell it without a choice of decimal digits.
func appendNumber(out []byte, value float64) []byte {
	if value == 0 {
		value = 0 // Minus zero is equal.
	}
	return fmt.Appendf(out, "d%016x", math.Float64bits(value))
}

func appendList(out []byte, value []any) (_ []byte, err error) {
	out = append(out, '[')
	for _, item := range value {
		if out, err = Append(out, item); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}

func appendObject(out []byte, value map[string]any) (_ []byte, err error) {
	names := make([]string, 0, len(value))
	for name := range value {
		names = append(names, name)
	}
	slices.Sort(names)
	out = append(out, '{')
	for _, name := range names {
		if out, err = Append(AppendString(out, name), value[name]); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}
