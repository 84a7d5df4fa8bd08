// How long ago something was, in kubectl's short form (k8s.io/apimachinery, util/duration HumanDuration).

const minute = 60
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

/**
 * Up to which age (exclusive, seconds) which form: the larger unit, and the smaller one that is added where it is not 0.
 */
const forms: readonly (readonly [
  below: number,
  unit: number,
  letter: string,
  rest: number,
  restLetter: string,
])[] = [
  [2 * minute, 1, 's', 0, ''],
  [10 * minute, minute, 'm', 1, 's'],
  [3 * hour, minute, 'm', 0, ''],
  [8 * hour, hour, 'h', minute, 'm'],
  [2 * day, hour, 'h', 0, ''],
  [8 * day, day, 'd', hour, 'h'],
  [2 * year, day, 'd', 0, ''],
  [8 * year, year, 'y', day, 'd'],
  [Number.POSITIVE_INFINITY, year, 'y', 0, ''],
]

/** `5m30s`, `3h`, `12d`; `<unknown>` without a time, `<invalid>` for one in the future. */
export function formatAge(createdAtMs: number | undefined, nowMs: number): string {
  if (createdAtMs === undefined) return '<unknown>'
  const seconds = Math.trunc((nowMs - createdAtMs) / 1000)
  if (seconds < -1) return '<invalid>'
  const age = Math.max(0, seconds)
  const [, unit, letter, rest, restLetter] = forms.find(([below]) => age < below)!
  const remainder = rest === 0 ? 0 : Math.floor((age % unit) / rest)
  return `${Math.floor(age / unit)}${letter}${remainder === 0 ? '' : remainder + restLetter}`
}
