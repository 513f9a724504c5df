package burgee

import (
	"encoding/json"
	"fmt"
)

// What `describe_state` says, as this host's own objects.
type table struct {
	generation uint64
	flags      map[string]*flag
	order      []*flag
}

type flag struct {
	Key          string
	Index        uint64
	Slots        []int
	WholeContext bool
	UsesTime     bool
	Variants     []variant
	Metadata     map[string]any
	wanted       []slot
}

type variant struct {
	Name  string
	Value any
}

// A value of the context that a flag reads.
type slot struct {
	number uint16
	path   []string
}

func readTable(text []byte) (table, error) {
	var described struct {
		Generation uint64
		Slots      [][]string
		Flags      []*flag
	}
	if err := json.Unmarshal(text, &described); err != nil {
		return table{}, fmt.Errorf("the description of the flags is no JSON: %w", err)
	}
	made := table{described.Generation & 0xFFFF_FFFF, make(map[string]*flag, len(described.Flags)), described.Flags}
	for _, flag := range described.Flags {
		for _, number := range flag.Slots {
			if number < 0 || number >= min(len(described.Slots), variantBits) || len(described.Slots[number]) == 0 {
				return table{}, fmt.Errorf("flag `%s` reads slot %d, which is not described", flag.Key, number)
			}
			flag.wanted = append(flag.wanted, slot{uint16(number), described.Slots[number]})
		}
		made.flags[flag.Key] = flag
	}
	return made, nil
}
