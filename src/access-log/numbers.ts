// Hot path while there is an access log. Times as logs write them; `toFixed` takes ten times as long.

/** `.001` to `.999`, without zeros at the end; empty for a whole number. */
const decimals = Array.from({ length: 1000 }, (_, i) =>
  i === 0 ? '' : `.${String(i).padStart(3, '0').replace(/0+$/, '')}`,
)

/** Milliseconds as seconds with three decimals, cut off as nginx does. */
export function seconds(ms: number): string {
  const whole = Math.trunc(ms)
  const rest = whole % 1000
  return `${(whole - rest) / 1000}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`
}

/** Milliseconds to the microsecond, without zeros at the end: `1.25`. */
export function milliseconds(ms: number): string {
  const microseconds = Math.round(ms * 1000)
  const whole = Math.trunc(microseconds / 1000)
  return whole + decimals[microseconds - whole * 1000]!
}
