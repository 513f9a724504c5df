package dev.burgee.bench.peer;

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

/** Hands documents to flagd's provider where it expects a stream of them. */
final class Documents implements QueueSource {
    private final BlockingQueue<QueuePayload> queue = new LinkedBlockingQueue<>();

    static InProcessResolver resolver(String document) throws Exception {
        Documents documents = new Documents();
        documents.send(document);
        FlagdOptions options = FlagdOptions.builder()
                .resolverType(Config.Resolver.IN_PROCESS)
                .customConnector(documents)
                .build();
        CountDownLatch ready = new CountDownLatch(1);
        InProcessResolver resolver = new InProcessResolver(options, event -> {
            if (event.getEvent() != ProviderEvent.PROVIDER_ERROR) {
                ready.countDown();
            }
        });
        resolver.init();
        if (!ready.await(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("flagd's provider does not take the document");
        }
        return resolver;
    }

    void send(String document) {
        queue.add(new QueuePayload(QueuePayloadType.DATA, document));
    }

    @Override
    public void init() {}

    @Override
    public BlockingQueue<QueuePayload> getStreamQueue() {
        return queue;
    }

    @Override
    public void shutdown() {}
}
