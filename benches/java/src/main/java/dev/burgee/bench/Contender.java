package dev.burgee.bench;

import java.util.List;

/** An engine under measurement; an entry for each way of calling it. */
public interface Contender {
    List<Entry> evaluation(Work.Evaluation scenario) throws Exception;

    List<Entry> bulk(Work.Bulk scenario) throws Exception;

    List<Entry> update(Work.Update scenario) throws Exception;
}
