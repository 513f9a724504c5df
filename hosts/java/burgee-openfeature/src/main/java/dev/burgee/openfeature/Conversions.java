package dev.burgee.openfeature;

import dev.burgee.Details;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.ImmutableMetadata;
import dev.openfeature.sdk.MutableStructure;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Structure;
import dev.openfeature.sdk.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers of the engine as OpenFeature knows them. */
final class Conversions {
    private Conversions() {}

    static <T> ProviderEvaluation<T> evaluation(Details<?> details, T value) {
        return ProviderEvaluation.<T>builder()
                .value(value)
                .variant(details.getVariant().orElse(null))
                .reason(details.getReason().name())
                .errorCode(details.getErrorCode().map(code -> ErrorCode.valueOf(code.name())).orElse(null))
                .errorMessage(details.getErrorMessage().orElse(null))
                .flagMetadata(metadata(details.getFlagMetadata()))
                .build();
    }

    /** Integers are Integers where they fit, because that is how OpenFeature's programs ask for them. */
    static ImmutableMetadata metadata(Map<String, Object> members) {
        if (members.isEmpty()) {
            return ImmutableMetadata.EMPTY;
        }
        ImmutableMetadata.ImmutableMetadataBuilder builder = ImmutableMetadata.builder();
        members.forEach((name, value) -> {
            if (value instanceof String) {
                builder.addString(name, (String) value);
            } else if (value instanceof Boolean) {
                builder.addBoolean(name, (Boolean) value);
            } else if (value instanceof Double) {
                builder.addDouble(name, (Double) value);
            } else if (value instanceof Long) {
                long number = (Long) value;
                if (number == (int) number) {
                    builder.addInteger(name, (int) number);
                } else {
                    builder.addLong(name, number);
                }
            }
        });
        return builder.build();
    }

    static Value value(Object value) {
        if (value == null) {
            return new Value();
        }
        if (value instanceof String) {
            return new Value((String) value);
        }
        if (value instanceof Boolean) {
            return new Value((Boolean) value);
        }
        if (value instanceof Double) {
            return new Value((Double) value);
        }
        if (value instanceof Long) {
            long number = (Long) value;
            return number == (int) number ? new Value((int) number) : new Value((Long) value);
        }
        if (value instanceof List) {
            List<Value> items = new ArrayList<>();
            ((List<?>) value).forEach(item -> items.add(value(item)));
            return new Value(items);
        }
        return new Value(structure((Map<?, ?>) value));
    }

    private static Structure structure(Map<?, ?> members) {
        MutableStructure structure = new MutableStructure();
        members.forEach((name, value) -> structure.add((String) name, value(value)));
        return structure;
    }
}
