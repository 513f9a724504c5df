package burgee

import (
	"reflect"
	"testing"
)

func TestAWordIsReadAsVariantReasonAndErrorCode(t *testing.T) {
	metadata := map[string]any{"owner": "checkout"}
	flag := flag{Variants: []variant{{"on", true}, {"off", false}}, Metadata: metadata}
	for word, want := range map[uint32]Answer{
		0x00_0_0_0000: {true, "on", "STATIC", "", metadata},
		0x00_0_2_0001: {false, "off", "TARGETING_MATCH", "", metadata},
		0x00_0_1_FFFF: {nil, "", "DEFAULT", "", metadata},
		0x00_0_3_FFFF: {nil, "", "DISABLED", "", metadata},
		0x00_2_4_FFFF: {nil, "", "ERROR", "PARSE_ERROR", metadata},
		0x00_4_4_FFFF: {nil, "", "ERROR", "GENERAL", metadata},
	} {
		if got := flag.answer(word); !reflect.DeepEqual(got, want) {
			t.Errorf("%#08x is read as %+v, not %+v", word, got, want)
		}
	}
}

func TestADescriptionMustDescribeTheSlotsThatFlagsRead(t *testing.T) {
	for _, text := range []string{
		`{"generation":1,"slots":[["a"]],"flags":[{"key":"f","index":0,"slots":[1]}]}`,
		`{"generation":1,"slots":[[]],"flags":[{"key":"f","index":0,"slots":[0]}]}`,
		`{"generation":1,`,
	} {
		if _, err := readTable([]byte(text)); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}
