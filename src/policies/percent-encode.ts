// Hot path on routes that build URLs or fields: percent-encoding of text whose characters are bytes (Latin-1).

/** Percent-encodes everything but letters, digits and `-._~`; `text` is bytes as Latin-1. */
export function escapeComponent(text: string): string {
  return percentEncode(text, code => !isUnreserved(code))
}

/** Whether text holds what no field value may: control characters, CR and LF among them. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (isControl(text.charCodeAt(i))) return true
  return false
}

/** A control character of ASCII. */
export function isControl(code: number): boolean {
  return code < 0x20 || code === 0x7f
}

const unsafeInUrl = '"<>\\^`{|}'

/** What RFC 3986 allows nowhere in a URL; `%` stays, it may belong to an escape. */
export function isUnsafeInUrl(code: number): boolean {
  return code <= 0x20 || code >= 0x7f || unsafeInUrl.includes(String.fromCharCode(code))
}

/** The same, and what would end a path or be taken for an escape: for text that was decoded. */
export function isUnsafeInSegment(code: number): boolean {
  return isUnsafeInUrl(code) || code === 0x23 || code === 0x25 || code === 0x3f // # % ?
}

function isUnreserved(code: number): boolean {
  const letter = code | 0x20
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f ||
    code === 0x7e
  )
}

const hexDigits = '0123456789ABCDEF'

/** Replaces every character whose code is unsafe by `%XX`. */
export function percentEncode(text: string, isUnsafe: (code: number) => boolean): string {
  let encoded = ''
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!isUnsafe(code)) continue
    encoded += `${text.slice(start, i)}%${hexDigits[(code >> 4) & 15]}${hexDigits[code & 15]}`
    start = i + 1
  }
  return start === 0 ? text : encoded + text.slice(start)
}
