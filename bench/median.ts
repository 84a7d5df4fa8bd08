// Timing for the benchmarks: medians, because one pause of the garbage collector says nothing.

/** The median duration of `run` in milliseconds; `prepare` makes its input and is not counted. */
export function medianMs<T>(rounds: number, prepare: () => T, run: (input: T) => unknown): number {
  const durations: number[] = []
  for (let round = 0; round < rounds; round++) {
    const input = prepare()
    const start = performance.now()
    run(input)
    durations.push(performance.now() - start)
  }
  return durations.toSorted((a, b) => a - b)[durations.length >> 1]!
}

/** One line of results beside its target; the runtime is named once per benchmark. */
export function printResult(what: string, measured: number, target: number, unit: string): void {
  const verdict = measured <= target ? 'ok' : 'over'
  console.log(
    `${what.padEnd(52)} ${measured.toFixed(2).padStart(9)} ${unit}  (target ${target} ${unit}: ${verdict})`,
  )
}

/** Names what the numbers were measured on. */
export function printRuntime(): void {
  console.log(`node ${process.version}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}`)
}
