const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds that the functions get before the process ends anyway. */
const patience = 2000;

type Interrupted = () => Promise<void>;

const registered = new Set<Interrupted>();

/**
 * Registers a function that is called before a signal ends this process. If the program listens to the signal itself, the
 * program decides what happens, and the function is called when the process exits. It can then do synchronous work only.
 * Returns a function that removes it. Worker threads receive no signals.
 */
export function onInterrupt(interrupted: Interrupted): () => void {
  // First, because a listener of the program may exit.
  if (registered.size === 0) for (const signal of signals) process.prependListener(signal, receive);
  registered.add(interrupted);
  return () => {
    registered.delete(interrupted);
    if (registered.size === 0) ignoreSignals();
  };
}

function ignoreSignals(): void {
  for (const signal of signals) process.removeListener(signal, receive);
}

function receive(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) {
    process.removeListener('exit', runAll);
    process.prependListener('exit', runAll); // before the storage closes its files
    return;
  }
  // A second signal ends the process at once.
  ignoreSignals();
  const ended = Promise.allSettled(runAll());
  const limit = new Promise((resolve) => setTimeout(resolve, patience));
  void Promise.race([ended, limit]).then(() => {
    // Storages close their files on exit. The last listener ends the process by the signal, as if there were none.
    process.once('exit', () => process.kill(process.pid, signal));
    process.exit();
  });
}

function runAll(): Promise<void>[] {
  const running = [...registered].map((interrupted) => interrupted());
  for (const promise of running) promise.catch(() => undefined);
  return running;
}
