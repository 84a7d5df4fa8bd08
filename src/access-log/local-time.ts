// Hot path while there is an access log. Times of day as logs write them, in the machine's time zone.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `.000` to `.999`. */
const thousandths = Array.from({ length: 1000 }, (_, i) => `.${String(i).padStart(3, '0')}`)

/** Renders times on the clock of `Date.now`, once for each second: doing it for each line costs more than the request. */
export class LocalTime {
  #second = Number.NaN
  #nginx = ''
  #ofDay = ''
  #iso8601 = ''
  #utc = ''

  /** `10/Oct/2026:13:55:36 +0000`, nginx's `$time_local`. */
  nginx(time: number): string {
    this.#render(time)
    return this.#nginx
  }

  /** `2026-10-10T13:55:36+00:00`, nginx's `$time_iso8601`. */
  iso8601(time: number): string {
    this.#render(time)
    return this.#iso8601
  }

  /** `2026-10-10T13:55:36.123Z`. */
  utc(time: number): string {
    this.#render(time)
    return `${this.#utc}${thousandths[time - this.#second * 1000]!}Z`
  }

  /** `13:55:36`. */
  ofDay(time: number): string {
    this.#render(time)
    return this.#ofDay
  }

  #render(time: number): void {
    const second = Math.floor(time / 1000)
    if (second === this.#second) return
    this.#second = second
    const date = new Date(time)
    this.#ofDay = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
    const day = `${pad(date.getDate())}/${months[date.getMonth()]}/${date.getFullYear()}`
    const zone = zoneOf(date)
    this.#nginx = `${day}:${this.#ofDay} ${zone}`
    const isoDay = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
    this.#iso8601 = `${isoDay}T${this.#ofDay}${zone.slice(0, 3)}:${zone.slice(3)}`
    this.#utc = date.toISOString().slice(0, 19)
  }
}

function zoneOf(date: Date): string {
  const offset = -date.getTimezoneOffset()
  const minutes = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
