package dev.burgee.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the name of a file of the work folder. */
final class TextOf extends StdDeserializer<Work.Text> {
    private static final long serialVersionUID = 1;

    private final transient Path folder;

    private TextOf(Path folder) {
        super(Work.Text.class);
        this.folder = folder;
    }

    static SimpleModule module(Path folder) {
        return new SimpleModule().addDeserializer(Work.Text.class, new TextOf(folder));
    }

    @Override
    public Work.Text deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return new Work.Text(folder.resolve(parser.getText()));
    }
}
