/** A bell that can be waited for; take `next` before looking, and no ring slips in between. */
export class Bell {
  #rung = Promise.withResolvers<void>();

  ring(): void {
    this.#rung.resolve();
    this.#rung = Promise.withResolvers<void>();
  }

  next(): Promise<void> {
    return this.#rung.promise;
  }

  /** Waits for the ring or for the timer, whichever comes first; the timer is stopped then. */
  async race(rung: Promise<void>, timer: (stop: AbortSignal) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    try {
      await Promise.race([rung, timer(stop.signal).catch(() => undefined)]);
    } finally {
      stop.abort();
    }
  }
}
