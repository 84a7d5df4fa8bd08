// Numbers as people read them. Always with a unit, never wider than six characters before it.

/** `0`, `0.4`, `12`, `1.3k`, `2.4M`. */
export function compact(value: number): string {
  if (value >= 999_500) return `${trim(value / 1_000_000)}M`
  if (value >= 9_995) return `${trim(value / 1_000)}k`
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en')
  return trim(value)
}

/** Requests per second: `12/s`. */
export function rate(perSecond: number | undefined): string {
  return perSecond === undefined ? '–' : `${compact(perSecond)}/s`
}

/** `0.4 ms`, `38 ms`, `1.2 s`, `3 min`. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–'
  if (ms < 9.95) return `${trim(ms)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${trim(ms / 1_000)} s`
  return span(ms)
}

/** A length of time in its two largest units: `3 min`, `2 h 5 min`, `4 d 3 h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 || days > 30 ? `${days} d` : `${days} d ${hours % 24} h`
}

/** `just now`, `5 s ago`, `3 min ago`. */
export function ago(time: number, now: number): string {
  const passed = now - time
  return passed < 2_000 ? 'just now' : `${span(passed)} ago`
}

/** `512 B`, `1.4 KiB`, `3 MiB`. */
export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let value = count / 1_024
  let unit = 0
  while (value >= 1_023.5 && unit < units.length - 1) {
    value /= 1_024
    unit++
  }
  return `${trim(value)} ${units[unit]}`
}

/** A part of a whole: `0 %`, `0.3 %`, `12 %`. A part that is there is never shown as none. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %'
  const value = (100 * part) / whole
  return value < 0.1 ? '< 0.1 %' : `${value < 10 ? trim(value) : Math.round(value)} %`
}

/** `1 route`, `12 routes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

function trim(value: number): string {
  return value.toFixed(value < 9.95 ? 1 : 0).replace(/\.0$/, '')
}
