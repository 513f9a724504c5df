package dev.burgee.bench.peer;

import dev.burgee.bench.Label;
import dev.burgee.bench.Task;
import dev.burgee.bench.Work;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.FlagStore;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.StorageState;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.StorageStateChange;
import java.io.IOException;

/** An update of flagd's store: from a document in its queue to the changed keys, through a thread of its own. */
final class FlagdUpdate extends Task {
    private final boolean first;
    private final String[] documents;
    private Documents source;
    private FlagStore store;
    private int next;

    FlagdUpdate(Label label, Work.Update scenario) throws Exception {
        super(label);
        first = scenario.kind().equals("first");
        documents = texts(scenario);
        open();
        if (!first) {
            source.send(documents[1]);
            changed();
        }
    }

    private static String[] texts(Work.Update scenario) throws IOException {
        String flags = scenario.flags().text();
        return new String[] {scenario.other() == null ? flags : scenario.other().text(), flags};
    }

    @Override
    public void before() throws Exception {
        if (first) {
            store.shutdown();
            open();
        }
    }

    @Override
    public void run(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            source.send(documents[next]);
            keep(changed());
            next ^= 1;
        }
    }

    private void open() throws Exception {
        source = new Documents();
        store = new FlagStore(source);
        store.init();
    }

    private StorageStateChange changed() throws InterruptedException {
        StorageStateChange change = store.getStateQueue().take();
        if (change.getStorageState() != StorageState.OK) {
            throw new IllegalStateException("flagd's store answers " + change.getStorageState());
        }
        return change;
    }
}
