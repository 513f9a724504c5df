package dev.burgee.benchmark;

import dev.openfeature.contrib.providers.flagd.Config;
import dev.openfeature.contrib.providers.flagd.FlagdOptions;
import dev.openfeature.contrib.providers.flagd.resolver.process.InProcessResolver;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueuePayload;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueuePayloadType;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueueSource;
import dev.openfeature.sdk.ProviderEvent;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The evaluator inside of flagd's provider, with a document instead of its connection. */
final class Flagd {
    private Flagd() {}

    static InProcessResolver resolver(String document) throws Exception {
        BlockingQueue<QueuePayload> queue = new LinkedBlockingQueue<>();
        queue.add(new QueuePayload(QueuePayloadType.DATA, document));
        CountDownLatch ready = new CountDownLatch(1);
        FlagdOptions options = FlagdOptions.builder()
                .resolverType(Config.Resolver.IN_PROCESS)
                .customConnector(new Documents(queue))
                .build();
        InProcessResolver resolver = new InProcessResolver(options, event -> {
            if (event.getEvent() != ProviderEvent.PROVIDER_ERROR) {
                ready.countDown();
            }
        });
        resolver.init();
        if (!ready.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("flagd's provider does not take the document");
        }
        return resolver;
    }

    private record Documents(BlockingQueue<QueuePayload> getStreamQueue) implements QueueSource {
        @Override
        public void init() {}

        @Override
        public void shutdown() {}
    }
}
