/**
 * Work that is derived from stored state (docs/adr/0005): each sweep finds what is to be done and does it,
 * can be repeated, and is safe in several processes at once. Sweeps run at start, at their interval, when
 * woken, and whenever a controlled clock was set.
 */
export interface Sweep {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<void>;
}

export interface Sweeps {
  add(sweep: Sweep): void;
  /** Runs a sweep soon, besides its interval; for the moment after something was stored. Never throws. */
  wake(name: string): void;
  /** As `wake`, and resolves when the run is over. Never throws. */
  runNow(name: string): Promise<void>;
  /** Runs every sweep once, in the order they were added; resolves when all are done. Never throws. */
  runAll(): Promise<void>;
  start(): void;
  /** Starts no further run and waits for those under way. */
  stop(): Promise<void>;
}

/** @param failed told of a sweep that threw; the next run tries again. */
export function makeSweeps(failed: (name: string, error: unknown) => void): Sweeps {
  const entries = new Map<string, { sweep: Sweep; running: Promise<void> | null; again: boolean; timer: NodeJS.Timeout | null }>();
  let stopped = false;

  /** One run at a time; a call during a run makes one more run after it. */
  function run(name: string): Promise<void> {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`there is no sweep ${name}`);
    if (stopped) return entry.running ?? Promise.resolve();
    if (entry.running !== null) {
      entry.again = true;
      return entry.running;
    }
    entry.running = (async () => {
      do {
        entry.again = false;
        try {
          await entry.sweep.run();
        } catch (error) {
          failed(name, error);
        }
      } while (entry.again && !stopped);
      entry.running = null;
    })();
    return entry.running;
  }

  return {
    add(sweep) {
      if (entries.has(sweep.name)) throw new Error(`two sweeps are called ${sweep.name}`);
      entries.set(sweep.name, { sweep, running: null, again: false, timer: null });
    },
    wake: (name) => void run(name),
    runNow: run,
    async runAll() {
      for (const name of entries.keys()) await run(name);
    },
    start() {
      for (const [name, entry] of entries) {
        entry.timer = setInterval(() => void run(name), entry.sweep.everyMs);
        entry.timer.unref();
      }
    },
    async stop() {
      stopped = true;
      for (const { timer } of entries.values()) if (timer !== null) clearInterval(timer);
      await Promise.all([...entries.values()].map(({ running }) => running ?? Promise.resolve()));
    },
  };
}
