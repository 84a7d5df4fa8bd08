// Work on many files at once without opening them all at once.

/**
 * Calls `work` for each item, at most 16 at a time, and gives the results in the order of the items. Rejects if a call does,
 * but not before the others have ended.
 */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index]!)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(16, items.length) }, worker))
  const failed = ends.find(end => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return results
}
