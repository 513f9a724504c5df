package dev.burgee.example;

import dev.burgee.Burgee;
import dev.burgee.FlagSetException;
import dev.burgee.openfeature.BurgeeProvider;
import dev.burgee.openfeature.FlagSource;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The engine by itself, an update that is refused, and the same flags through OpenFeature. */
public final class Shop {
    private Shop() {}

    /**
     * Runs the example.
     *
     * @param arguments a file of flags in flagd's format
     * @throws IOException if it cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        engine(Files.readString(file));
        openFeature(file);
    }

    private static void engine(String flags) {
        Map<String, Object> ada = Map.of("targetingKey", "beta-ada", "email", "ada@example.com", "country", "AT",
                "screen", Map.of("width", 2560));
        try (Burgee burgee = Burgee.fromJson(flags)) {
            System.out.println("module " + Burgee.moduleSha256() + ", self-test " + Burgee.selfTest());
            System.out.println(burgee.getBooleanDetails("new-checkout", false, ada));
            System.out.println(burgee.getIntegerDetails("search-results-per-page", 10, ada));
            System.out.println(burgee.getStringDetails("no-such-flag", "default", ada));
            try {
                burgee.update(flags.replace("\"defaultVariant\": \"off\"", "\"defaultVariant\": \"of\""));
                throw new IllegalStateException("a fault was not found");
            } catch (FlagSetException refused) {
                System.out.println("refused: " + refused.getFindings().get(0));
            }
            String edited = flags.replace("\"many\": 50", "\"many\": 60");
            System.out.println("changed: " + burgee.update(edited).getChangedFlags() + ", now "
                    + burgee.getInteger("search-results-per-page", 10, ada));
        }
    }

    private static void openFeature(Path file) {
        OpenFeatureAPI api = OpenFeatureAPI.getInstance();
        api.setProviderAndWait(new BurgeeProvider(FlagSource.file(file)));
        Client client = api.getClient();
        ImmutableContext ada = new ImmutableContext("beta-ada", Map.of("email", new Value("ada@example.com")));
        System.out.println("OpenFeature: new-checkout = " + client.getBooleanValue("new-checkout", false, ada));
        api.shutdown();
    }
}
