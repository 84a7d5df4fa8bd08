// Octet classes of the HTTP/1.1 grammar as lookup tables: one load per octet instead of a chain of comparisons.

function table(members: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (members(code) ? 1 : 0))
}

const among = (set: string) => (code: number) => set.includes(String.fromCharCode(code))
const isAlphanumeric = (code: number) => /[A-Za-z0-9]/.test(String.fromCharCode(code))
const isTchar = (code: number) => isAlphanumeric(code) || among("!#$%&'*+-.^_`|~")(code)

/** RFC 9110 §5.6.2 tchar. */
export const tokenOctet = table(isTchar)

/** RFC 9110 §5.5 field-value octets: visible ASCII, obs-text, SP and HTAB. */
export const valueOctet = table(code => code === 9 || (code >= 32 && code !== 127))

/**
 * What a request-target may hold before its query. Looser than RFC 3986 where browsers and peers are (`{ } | ^` and
 * back-quote), but no fragment, no quotes or angle brackets, and no backslash, which some backends take for a slash.
 */
export const pathOctet = table(code => code > 32 && code < 127 && !among('"#<>\\')(code))

/** The same for the query, where a backslash is harmless. */
export const queryOctet = table(code => code > 32 && code < 127 && !among('"#<>')(code))
