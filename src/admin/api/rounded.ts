// Numbers as they are shown: nobody reads more digits than these, and answers are shorter without.

/** To the microsecond, or the thousandth of whatever it is. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
