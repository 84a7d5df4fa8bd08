// Cookies of a request (RFC 6265 §5.4), read without decoding.

/** The value of the first cookie called `name` in a Cookie field's value, exactly as sent. */
export function cookieValue(cookies: string, name: string): string | undefined {
  for (let start = 0; start < cookies.length; ) {
    let end = cookies.indexOf(';', start)
    if (end === -1) end = cookies.length
    while (cookies.charCodeAt(start) === 32) start++
    if (cookies.startsWith(name, start) && cookies.charCodeAt(start + name.length) === 61)
      return cookies.slice(start + name.length + 1, end).trimEnd()
    start = end + 1
  }
  return undefined
}
