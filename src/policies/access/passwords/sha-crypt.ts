// Ulrich Drepper's SHA crypt: `$5$` (SHA-256) and `$6$` (SHA-512), as glibc and musl have it.
import { hash } from 'node:crypto'
import { encodeCryptGroup } from './crypt-base64.ts'

/** Rounds where the hash text names none. */
export const defaultShaRounds = 5000

/** The characters behind the last `$` of the hash text. `salt` has at most 16 characters. */
export function shaCrypt(
  password: Buffer,
  algorithm: 'sha256' | 'sha512',
  salt: string,
  rounds: number,
): string {
  const digestOf = (parts: readonly Uint8Array[]) => hash(algorithm, Buffer.concat(parts), 'buffer')
  const saltBytes = Buffer.from(salt, 'latin1')
  const inner = digestOf([password, saltBytes, password])
  const parts: Uint8Array[] = [password, saltBytes, repeatTo(inner, password.length)]
  for (let bits = password.length; bits !== 0; bits >>>= 1) parts.push(bits & 1 ? inner : password)
  let digest = digestOf(parts)
  const p = repeatTo(digestOf(new Array(password.length).fill(password)), password.length)
  const s = repeatTo(digestOf(new Array(16 + digest[0]!).fill(saltBytes)), saltBytes.length)
  for (let round = 0; round < rounds; round++) {
    const mixed = [round & 1 ? p : digest]
    if (round % 3 !== 0) mixed.push(s)
    if (round % 7 !== 0) mixed.push(p)
    mixed.push(round & 1 ? digest : p)
    digest = digestOf(mixed)
  }
  return algorithm === 'sha256' ? encode256(digest) : encode512(digest)
}

/** The bytes over and over, cut at `length`. */
function repeatTo(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes)
}

/** Three bytes a third of the digest apart make four characters; from group to group they rotate. */
function encode256(digest: Buffer): string {
  let [a, b, c] = [0, 10, 20]
  let text = ''
  for (let group = 0; group < 10; group++) {
    text += encodeCryptGroup(digest[a]!, digest[b]!, digest[c]!, 4)
    ;[a, b, c] = [c + 1, a + 1, b + 1]
  }
  return text + encodeCryptGroup(0, digest[31]!, digest[30]!, 3)
}

function encode512(digest: Buffer): string {
  let [a, b, c] = [0, 21, 42]
  let text = ''
  for (let group = 0; group < 21; group++) {
    text += encodeCryptGroup(digest[a]!, digest[b]!, digest[c]!, 4)
    ;[a, b, c] = [b + 1, c + 1, a + 1]
  }
  return text + encodeCryptGroup(0, 0, digest[63]!, 2)
}
