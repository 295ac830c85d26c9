package aloft.store;

import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import java.time.Duration;
import java.util.Random;

/** With retries, bad weather shows in nothing but the outcome of claims, which the caller settles. */
class RetryingContractTest extends StoreContract {

    private final MemoryStore memory = new MemoryStore();

    @Override
    protected Store open() {
        var faulty = new FaultyStore(memory, new Random(11))
                .rate(Fault.BUSY, 0.1)
                .rate(Fault.BROKEN, 0.3)
                .rate(Fault.DUPLICATE, 0.1, Call.PUT, Call.DELETE)
                .rate(Fault.LOST_ANSWER, 0.1, Call.PUT, Call.DELETE)
                .rate(Fault.LOST_REQUEST, 0.1, Call.PUT, Call.DELETE, Call.GET, Call.READ, Call.AWAIT,
                        Call.LIST, Call.SPACE, Call.PROMISE);
        return new RetryingStore(faulty, new Circuit(() -> 0), new Patience(Duration.ofMillis(1),
                Duration.ofMillis(1), Duration.ofSeconds(1), () -> 0, new Random(12), (_, _) -> false));
    }
}
