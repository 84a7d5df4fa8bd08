// How the crypt family writes bytes as text: its own alphabet of 64 characters, low bits first.

/** Position in the text is the value of a character. */
export const cryptAlphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Three bytes (most significant first) as `length` characters, low six bits first. */
export function encodeCryptGroup(high: number, middle: number, low: number, length: number): string {
  let bits = (high << 16) | (middle << 8) | low
  let text = ''
  for (let i = 0; i < length; i++) {
    text += cryptAlphabet[bits & 0x3f]
    bits >>>= 6
  }
  return text
}
