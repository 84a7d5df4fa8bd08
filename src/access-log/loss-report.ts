// Tells people that an access log loses lines: once when it begins, and once when it is over. Metrics count each.

/** Losses come in bursts: so long after the last one they are over. */
const calmMs = 5_000

/** Knows whether lines are being lost. */
export class LossReport {
  readonly #log: string
  readonly #report: (message: string) => void
  #lost = 0
  #lastAt = 0

  /** `log`: what it is called, in words. */
  constructor(log: string, report: (message: string) => void) {
    this.#log = log
    this.#report = report
  }

  /** `error`: what the system said; `undefined` where the reader took no more. */
  noteLost(lines: number, error: Error | undefined): void {
    this.#lastAt = performance.now()
    this.#lost += lines
    if (this.#lost > lines) return
    this.#report(
      `${this.#log} loses lines: ${reasonOf(error)}; traffic goes on, and portico_access_log_lines_dropped_total counts them`,
    )
  }

  /** Lines have arrived. */
  noteWritten(): void {
    if (this.#lost === 0 || performance.now() - this.#lastAt < calmMs) return
    this.#report(`${this.#log} is written again; ${this.#lost} lines were lost`)
    this.#lost = 0
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full',
  EDQUOT: 'its disk quota is used up',
  ENXIO: 'nobody reads the pipe',
  EPIPE: 'its reader has gone',
  EACCES: 'the system does not let us write it',
  EROFS: 'its disk can only be read',
  ENOENT: 'its directory is gone',
}

function reasonOf(error: Error | undefined): string {
  if (error === undefined) return 'its reader or disk does not keep up'
  return reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? error.message
}
