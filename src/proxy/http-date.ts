// Hot path: runs for every response without a Date of its own.

/** The Date field's value (RFC 9110 §5.6.7), rendered once a second. */
export class HttpDate {
  #second = 0
  #text = ''

  get text(): string {
    const now = Date.now()
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#text = new Date(now).toUTCString()
    }
    return this.#text
  }
}
