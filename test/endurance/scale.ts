// How much the endurance tests do: in the test suite whatever takes a few seconds, with `npm run endurance` all of it.

const isFull = process.env.ENDURANCE === 'full'

/** Long enough to outgrow any buffer; done in full every time. */
export const longBodyBytes = 1024 ** 3

/** Sizes of the rest. */
export const scale = isFull
  ? {
      idleConnections: 10_000,
      pipelinedRequests: 100_000,
      warmUp: { connections: 2_000, requestsEach: 50, slowHeads: 0 },
      churn: { connections: 20_000, requestsEach: 50, slowHeads: 10 },
      timeoutMs: 600_000,
    }
  : {
      idleConnections: 5_000,
      pipelinedRequests: 20_000,
      warmUp: { connections: 200, requestsEach: 50, slowHeads: 0 },
      churn: { connections: 1_000, requestsEach: 50, slowHeads: 0 },
      timeoutMs: 60_000,
    }

/** Where chance begins; another one with `SEED=2`. */
export const seed = Number(process.env.SEED ?? 1)

/** Prints what was measured, if that is what the run is for. */
export function report(what: string, figures: Readonly<Record<string, string | number>>): void {
  if (!isFull) return
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  console.log(`${what}: ${text.join(', ')}`)
}

/** `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`
}
