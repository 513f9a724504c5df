package dev.burgee;

import java.util.List;

/** A flag set that was refused. The flags that were in force stay in force. */
public final class FlagSetException extends BurgeeException {
    private static final long serialVersionUID = 1L;

    /** How many findings the message shows; {@link #getFindings} has them all. */
    private static final int SHOWN = 5;

    /** Not kept when the exception is serialised. */
    private final transient List<Finding> findings;

    /** The whole report. */
    private final String reportJson;

    FlagSetException(String error, List<Finding> findings, String reportJson) {
        super(message(error, findings));
        this.findings = findings;
        this.reportJson = reportJson;
    }

    /**
     * What is wrong, and where.
     *
     * @return the findings, at most 100
     */
    public List<Finding> getFindings() {
        return findings == null ? List.of() : findings;
    }

    /**
     * The whole report.
     *
     * @return JSON text, as the module gave it
     */
    public String getReportJson() {
        return reportJson;
    }

    private static String message(String error, List<Finding> findings) {
        if (findings.size() == 1) {
            // The sentence says all that the finding does.
            return error;
        }
        StringBuilder text = new StringBuilder(error);
        for (int i = 0; i < findings.size() && i < SHOWN; i++) {
            text.append("\n  ").append(findings.get(i));
        }
        if (findings.size() > SHOWN) {
            text.append("\n  and ").append(findings.size() - SHOWN).append(" more");
        }
        return text.toString();
    }
}
