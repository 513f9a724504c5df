package dev.burgee.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Results, a JSON object a line. */
final class Results implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Writer out;

    Results(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    }

    void measured(String scenario, Measured measured) throws IOException {
        ObjectNode line = line(scenario, measured.task().label());
        line.put("unit", "ns");
        line.put("median", rounded(measured.quantile(0.5)));
        line.put("low", rounded(measured.quantile(0.1)));
        line.put("high", rounded(measured.quantile(0.9)));
        line.put("rounds", measured.rounds());
        line.put("versions", measured.task().label().versions());
        write(line);
        System.err.printf("  %-50s %,15.1f ns%n", measured.task().label(), measured.quantile(0.5));
    }

    void leftOut(String scenario, LeftOut entry) throws IOException {
        write(line(scenario, entry.label()).put("left_out", entry.reason()));
        System.err.printf("  %-50s left out: %s%n", entry.label(), entry.reason());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static ObjectNode line(String scenario, Label label) {
        return JSON.createObjectNode()
                .put("runner", "java")
                .put("runtime", label.runtime())
                .put("subject", label.subject())
                .put("way", label.way())
                .put("scenario", scenario);
    }

    private static double rounded(double nanoseconds) {
        return Math.round(nanoseconds * 10) / 10.0;
    }

    private void write(ObjectNode line) throws IOException {
        out.write(JSON.writeValueAsString(line));
        out.write('\n');
        out.flush();
    }
}
