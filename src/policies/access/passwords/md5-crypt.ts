// Poul-Henning Kamp's MD5 crypt: `$1$`, and Apache's variant `$apr1$` (htpasswd -m), which differs in its magic only.
import { hash } from 'node:crypto'
import { encodeCryptGroup } from './crypt-base64.ts'

const rounds = 1000

function md5(...parts: readonly Uint8Array[]): Buffer {
  return hash('md5', Buffer.concat(parts), 'buffer')
}

/** The whole hash text for a password: `$apr1$salt$…`. `salt` has at most eight characters. */
export function md5Crypt(password: Buffer, magic: '$1$' | '$apr1$', salt: string): string {
  const magicAndSalt = Buffer.from(magic + salt, 'latin1')
  const saltBytes = Buffer.from(salt, 'latin1')
  const inner = md5(password, saltBytes, password)
  const parts: Uint8Array[] = [password, magicAndSalt]
  for (let left = password.length; left > 0; left -= 16) parts.push(inner.subarray(0, left))
  // The original's slip, kept by all since: set bits of the length add a zero byte, the others the first of the password.
  for (let bits = password.length; bits !== 0; bits >>>= 1)
    parts.push(bits & 1 ? Buffer.of(0) : password.subarray(0, 1))
  let digest = md5(...parts)
  for (let round = 0; round < rounds; round++) {
    const mixed = [round & 1 ? password : digest]
    if (round % 3 !== 0) mixed.push(saltBytes)
    if (round % 7 !== 0) mixed.push(password)
    mixed.push(round & 1 ? digest : password)
    digest = md5(...mixed)
  }
  return `${magic}${salt}$${encode(digest)}`
}

function encode(digest: Buffer): string {
  let text = ''
  for (let i = 0; i < 5; i++)
    text += encodeCryptGroup(digest[i]!, digest[i + 6]!, digest[i === 4 ? 5 : i + 12]!, 4)
  return text + encodeCryptGroup(0, 0, digest[11]!, 2)
}
