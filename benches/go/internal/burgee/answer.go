package burgee

// Answer is what an evaluation gives.
type Answer struct {
	Value     any
	Variant   string
	Reason    string
	ErrorCode string
	Metadata  map[string]any `json:"flagMetadata"`
}

// Bits of the word that `evaluate_slots` answers with.
const (
	variantBits = 0xFFFF
	reasonShift = 16
	codeShift   = 20
	nibble      = 0xF
	stale       = 5
)

var reasons = [16]string{"STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "ERROR"}

var errorCodes = [16]string{"", "FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL"}

func (f *flag) answer(word uint32) Answer {
	answer := Answer{
		Reason:    reasons[word>>reasonShift&nibble],
		ErrorCode: errorCodes[word>>codeShift&nibble],
		Metadata:  f.Metadata,
	}
	if index := int(word & variantBits); index < len(f.Variants) {
		answer.Variant = f.Variants[index].Name
		answer.Value = f.Variants[index].Value
	}
	return answer
}
