package burgee

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// An EvaluationContext says for whom or what a flag is evaluated. It is [Attributes], [JSON], a [*Prepared], or nil for
// none.
type EvaluationContext interface {
	// The value at the path of a slot.
	lookUp(path []string) (any, bool, error)
	// JSON text of everything.
	json() ([]byte, error)
}

// Attributes are an evaluation context as Go values: nil, booleans, strings, all kinds of numbers, json.Number,
// time.Time (sent as RFC 3339), and lists and maps of these. The value named `targetingKey` is the targeting key.
//
// Only what a flag reads is looked at. An attribute of another type makes the flags that read it answer
// [InvalidContext]; [Prepare] finds it beforehand.
type Attributes map[string]any

// JSON is an evaluation context as JSON text, which the engine reads itself. No text is an empty context.
type JSON []byte

// Prepared is an evaluation context that was checked, copied and written as JSON once, for many evaluations. It is safe
// for many goroutines.
type Prepared struct {
	attributes Attributes
	text       []byte
}

// Prepare checks and copies attributes. The error names the attribute that cannot be used, and wraps
// [ErrInvalidContext] or [ErrParse].
func Prepare(attributes Attributes) (*Prepared, error) {
	text, err := attributes.json()
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(text) {
		return nil, &attributeError{code: ParseError, reason: fmt.Sprintf("is not UTF-8 at byte %d of its JSON text",
			validPrefix(text))}
	}
	copied, err := frozen(map[string]any(attributes))
	if err != nil {
		return nil, err
	}
	members, _ := copied.(map[string]any)
	return &Prepared{members, text}, nil
}

// How many bytes are UTF-8 from the beginning.
func validPrefix(text []byte) int {
	at := 0
	for at < len(text) {
		char, size := utf8.DecodeRune(text[at:])
		if char == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

func (p *Prepared) lookUp(path []string) (any, bool, error) {
	if p == nil {
		return nil, false, nil
	}
	return p.attributes.lookUp(path)
}

func (p *Prepared) json() ([]byte, error) {
	if p == nil {
		return nil, nil
	}
	return p.text, nil
}

// Of a text, the module reads what it needs.
func (j JSON) lookUp([]string) (any, bool, error) { return nil, false, nil }

func (j JSON) json() ([]byte, error) { return j, nil }

func (a Attributes) json() ([]byte, error) {
	if a == nil {
		return nil, nil
	}
	text, err := appendJSON(nil, map[string]any(a), 0)
	if err == nil && len(text) > mostContext {
		err = tooLarge()
	}
	return text, err
}

func (a Attributes) lookUp(path []string) (any, bool, error) {
	value, found := a[path[0]]
	for depth, name := range path[1:] {
		if !found {
			return nil, false, nil
		}
		switch value.(type) {
		case map[string]any, []any:
		default:
			var err error
			if value, err = plain(value); err != nil {
				return nil, false, inside(path[:depth+1], err)
			}
		}
		switch holder := value.(type) {
		case map[string]any:
			value, found = holder[name]
		case []any:
			value, found = item(holder, name)
		default:
			return nil, false, nil
		}
	}
	return value, found, nil
}

// Lists have places as names: digits and nothing else, as ParseUint takes them.
func item(list []any, name string) (any, bool) {
	place, err := strconv.ParseUint(name, 10, 32)
	if err != nil || place >= uint64(len(list)) {
		return nil, false
	}
	return list[place], true
}

// A deep copy in which nothing is shared with a caller, and only the types of plain values are left.
func frozen(value any) (any, error) {
	value, err := plain(value)
	if err != nil {
		return nil, err
	}
	switch value := value.(type) {
	case map[string]any:
		members := make(map[string]any, len(value))
		for name, member := range value {
			if members[name], err = frozen(member); err != nil {
				return nil, err
			}
		}
		return members, nil
	case []any:
		items := make([]any, len(value))
		for place, member := range value {
			if items[place], err = frozen(member); err != nil {
				return nil, err
			}
		}
		return items, nil
	case time.Time:
		return timeText(value), nil
	}
	return value, nil
}

// A wrong attribute and where it is.
type attributeError struct {
	path   string
	code   ErrorCode
	reason string
}

func (e *attributeError) Error() string {
	if e.path == "" {
		return "the evaluation context " + e.reason
	}
	return fmt.Sprintf("the attribute `%s` %s", e.path, e.reason)
}

func (e *attributeError) Unwrap() error { return e.code.sentinel() }

// Says in which member an error happened.
func inside(path []string, err error) error {
	for place := len(path) - 1; place >= 0; place-- {
		err = within(path[place], err)
	}
	return err
}

func within(name string, err error) error {
	wrong, ok := err.(*attributeError)
	if !ok {
		return err
	}
	if wrong.path == "" {
		wrong.path = name
	} else {
		wrong.path = name + "." + wrong.path
	}
	return wrong
}
