// Waiting for something to come to rest.

/** Resolves with a number that has stopped changing: there is no event for nothing more being taken. */
export async function settled(measure: () => number): Promise<number> {
  for (let last = -1, calm = 0; ; ) {
    await new Promise(resolve => setTimeout(resolve, 20))
    const now = measure()
    calm = now === last ? calm + 1 : 0
    last = now
    if (calm === 8) return now
  }
}
