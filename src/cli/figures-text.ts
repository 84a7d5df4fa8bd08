// Figures as people read them: short, always with a unit, and as wide as they need to be.

/** A rate: `0.2/s`, `12.5/s`, `1,234/s`. */
export function formatRate(perSecond: number): string {
  return `${perSecond === 0 || perSecond >= 100 ? formatCount(Math.round(perSecond)) : perSecond.toFixed(1)}/s`
}

/** A duration of a request: `0.04 ms`, `1.3 ms`, `12 ms`, `1.25 s`; `-` for none. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined) return '-'
  if (ms < 1) return `${ms.toFixed(2)} ms`
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`
}

/** A number of things: `1,234,567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A share: `0%`, `0.4%`, `12%`; `-` of nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '-'
  const percent = (part / whole) * 100
  return `${percent === 0 || percent >= 10 ? Math.round(percent) : percent.toFixed(1)}%`
}

/** A size in memory: `98 MB`. */
export function formatMemory(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
