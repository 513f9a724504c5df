package dev.burgee;

import java.util.List;
import java.util.Map;

/** What an update changed. */
public final class UpdateReport {
    private final String json;
    private final List<String> changedFlags;
    private final List<String> added;
    private final List<String> removed;
    private final List<Finding> warnings;
    private final Map<String, List<String>> requiredContextKeys;
    private final Map<String, Object> flagSetMetadata;

    UpdateReport(Report report) {
        json = report.json();
        changedFlags = report.texts("changedFlags");
        added = report.texts("added");
        removed = report.texts("removed");
        warnings = report.findings("warnings");
        requiredContextKeys = report.requiredContextKeys();
        flagSetMetadata = report.flagSetMetadata();
    }

    /**
     * The flags that were added, removed or changed.
     *
     * @return their keys, sorted
     */
    public List<String> getChangedFlags() {
        return changedFlags;
    }

    /**
     * The flags that are new.
     *
     * @return their keys, sorted
     */
    public List<String> getAdded() {
        return added;
    }

    /**
     * The flags that are gone.
     *
     * @return their keys, sorted
     */
    public List<String> getRemoved() {
        return removed;
    }

    /**
     * What could be better, or, with {@link Validation#PERMISSIVE}, what does not work.
     *
     * @return the findings, at most 100
     */
    public List<Finding> getWarnings() {
        return warnings;
    }

    /**
     * The top-level keys of the evaluation context that the targeting of a flag can read.
     *
     * @return the names for each flag; a flag that is not in the map may read anything, or reads nothing
     */
    public Map<String, List<String>> getRequiredContextKeys() {
        return requiredContextKeys;
    }

    /**
     * The metadata of the flag set.
     *
     * @return names and values
     */
    public Map<String, Object> getFlagSetMetadata() {
        return flagSetMetadata;
    }

    /**
     * The whole report.
     *
     * @return JSON text, as the module gave it
     */
    public String toJson() {
        return json;
    }

    @Override
    public String toString() {
        return json;
    }
}
