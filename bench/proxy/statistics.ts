// Medians, spreads and paired ratios. Knows nothing of what the numbers mean.

/** The middle of the values; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2
}

/** Lowest and highest value. */
export function spread(values: readonly number[]): readonly [lowest: number, highest: number] {
  return [Math.min(...values), Math.max(...values)]
}

/** The median of `values[i] / others[i]`: each pair was measured in the same round, so that noise of the round cancels. */
export function medianOfRatios(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, round) => value / others[round]!))
}
