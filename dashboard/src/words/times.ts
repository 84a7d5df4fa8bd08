// Times as people read them, in their own time zone.

/** `14:03:27`; with the day when it is another than today: `20 Nov 14:03:27`. */
export function timeOfDay(time: number, now: number = Date.now()): string {
  const date = new Date(time)
  const clock = date.toLocaleTimeString('en-GB')
  const isToday = date.toDateString() === new Date(now).toDateString()
  return isToday ? clock : `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${clock}`
}

/** `2 Dec 2026`, of a time in ISO 8601. */
export function day(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}
