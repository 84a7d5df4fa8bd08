// Chance that can be had again.

/** Gives whole numbers from 0 to below its argument. */
export type SeededRandom = (below: number) => number

/** Numbers that are the same for the same seed. */
export function seededRandom(seed: number): SeededRandom {
  let value = seed >>> 0
  return below => {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((value / 2 ** 32) * below)
  }
}
