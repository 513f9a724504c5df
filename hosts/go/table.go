package burgee

import "fmt"

// What a module says of its flags, as Go values that every answer shares.
type table struct {
	flags    map[string]*flag
	metadata map[string]any
}

type flag struct {
	key          string
	index        uint32
	wholeContext bool
	usesTime     bool
	slots        []slot
	variants     []variant
	// By name, for the answers of JSON exports.
	places   map[string]int
	metadata map[string]any
	// The answer that no context and no time can change.
	ready *Answer
}

type variant struct {
	name  string
	value any
}

// A value of the context that a flag reads.
type slot struct {
	number uint16
	path   []string
}

type rawTable struct {
	Generation uint64
	Slots      [][]string
	Flags      []rawFlag
}

type rawFlag struct {
	Key          string
	Index        uint32
	Slots        []int
	WholeContext bool
	UsesTime     bool
	Variants     []rawVariant
	Metadata     map[string]any
}

type rawVariant struct {
	Name  string
	Value any
}

// Reads what the module says after an update, with the ready answers of its report.
func readTable(text []byte, report *rawReport) (*table, error) {
	var raw rawTable
	if err := decode(text, &raw); err != nil {
		return nil, err
	}
	made := &table{make(map[string]*flag, len(raw.Flags)), settleAll(report.FlagSetMetadata)}
	for place := range raw.Flags {
		flag, err := readFlag(&raw.Flags[place], raw.Slots)
		if err != nil {
			return nil, err
		}
		if answer, ok := report.PreEvaluated[flag.key]; ok {
			ready := flag.named(&answer)
			flag.ready = &ready
		}
		made.flags[flag.key] = flag
	}
	return made, nil
}

func readFlag(raw *rawFlag, slots [][]string) (*flag, error) {
	made := &flag{
		key: raw.Key, index: raw.Index, wholeContext: raw.WholeContext, usesTime: raw.UsesTime,
		variants: make([]variant, len(raw.Variants)),
		places:   make(map[string]int, len(raw.Variants)),
		metadata: settleAll(raw.Metadata),
	}
	for _, number := range raw.Slots {
		if number < 0 || number >= min(len(slots), noVariant) || len(slots[number]) == 0 {
			return nil, fmt.Errorf("%w: flag `%s` reads slot %d, which is not described", ErrTrap, raw.Key, number)
		}
		made.slots = append(made.slots, slot{uint16(number), slots[number]})
	}
	for place, one := range raw.Variants {
		made.variants[place] = variant{one.Name, settle(one.Value)}
		made.places[one.Name] = place
	}
	return made, nil
}
