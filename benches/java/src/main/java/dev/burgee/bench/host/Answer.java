package dev.burgee.bench.host;

import dev.burgee.bench.Work;

/** What a caller gets. The value is the host's own object. */
record Answer(Object value, String variant, String reason, String errorCode) {
    Work.Expect asExpected() {
        return new Work.Expect(value, variant, reason, errorCode);
    }
}
