// The forms of password hashes that nginx takes in a user file, and how a password is held against one. All of it is
// computation: whoever must not be held up asks the worker.
import { isUtf8 } from 'node:buffer'
import { hash, timingSafeEqual } from 'node:crypto'
import { compareSync } from 'bcryptjs'
import { desCrypt } from './des-crypt.ts'
import { md5Crypt } from './md5-crypt.ts'
import { defaultShaRounds, shaCrypt } from './sha-crypt.ts'

/** Longer passwords match nothing: what a password costs grows with its length. Bytes. */
export const maxPasswordBytes = 1024

/** A bcrypt hash of cost 14 takes a second; each step more takes twice as long. */
const maxBcryptCost = 16
/** Two seconds of SHA-512; glibc itself begins with 5000. */
const maxShaRounds = 1_000_000
const minShaRounds = 1_000

interface Scheme {
  readonly pattern: RegExp
  /** Whether it is made to take long: not to be computed where requests are served. */
  readonly isSlow: boolean
  /** What is wrong with a hash that has the right form; a clause. */
  problemOf?(match: RegExpExecArray): string | undefined
  matches(password: Buffer, match: RegExpExecArray): boolean
}

const schemes: readonly Scheme[] = [
  {
    pattern: /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/,
    isSlow: true,
    problemOf: ([, cost]) =>
      Number(cost) >= 4 && Number(cost) <= maxBcryptCost
        ? undefined
        : `bcrypt with a cost of ${cost}, where 4 to ${maxBcryptCost} are computed`,
    // The library takes text and hashes its UTF-8; other bytes could not be handed to it unchanged.
    matches: (password, [whole]) => isUtf8(password) && compareSync(password.toString('utf8'), whole),
  },
  {
    pattern: /^(\$apr1\$|\$1\$)([^$]{0,8})\$[./A-Za-z0-9]{22}$/,
    isSlow: true,
    matches: (password, [whole, magic, salt]) =>
      isSame(md5Crypt(password, magic as '$1$' | '$apr1$', salt!), whole),
  },
  shaScheme('sha256', /^\$5\$(?:rounds=([1-9]\d{0,8})\$)?([^$]{0,16})\$([./A-Za-z0-9]{43})$/),
  shaScheme('sha512', /^\$6\$(?:rounds=([1-9]\d{0,8})\$)?([^$]{0,16})\$([./A-Za-z0-9]{86})$/),
  {
    pattern: /^[./A-Za-z0-9]{13}$/,
    isSlow: true,
    matches: (password, [whole]) => isSame(desCrypt(password, whole.slice(0, 2)), whole),
  },
  {
    pattern: /^\{SHA\}([A-Za-z0-9+/]{27}=)$/,
    isSlow: false,
    matches: (password, [, digest]) => isSame(hash('sha1', password, 'base64'), digest!),
  },
  {
    pattern: /^\{SSHA\}([A-Za-z0-9+/]{27,}={0,2})$/,
    isSlow: false,
    problemOf: ([, encoded]) =>
      Buffer.from(encoded!, 'base64').length >= 20 ? undefined : 'shorter than a SHA-1 hash',
    matches(password, [, encoded]) {
      const bytes = Buffer.from(encoded!, 'base64')
      const salted = Buffer.concat([password, bytes.subarray(20)])
      return timingSafeEqual(hash('sha1', salted, 'buffer'), bytes.subarray(0, 20))
    },
  },
  {
    pattern: /^\{PLAIN\}(.*)$/,
    isSlow: false,
    matches: (password, [, plain]) => isSame(password, Buffer.from(plain!, 'latin1')),
  },
]

function shaScheme(algorithm: 'sha256' | 'sha512', pattern: RegExp): Scheme {
  return {
    pattern,
    isSlow: true,
    problemOf: ([, rounds = defaultShaRounds]) =>
      Number(rounds) >= minShaRounds && Number(rounds) <= maxShaRounds
        ? undefined
        : `SHA crypt of ${rounds} rounds, where ${minShaRounds} to ${maxShaRounds} are computed`,
    matches: (password, [, rounds = defaultShaRounds, salt, digest]) =>
      isSame(shaCrypt(password, algorithm, salt!, Number(rounds)), digest!),
  }
}

/** What a hash text is: of a form that can be computed, or why not. Bytes of the file are Latin-1 characters in it. */
export function examineHash(text: string): { readonly isSlow: boolean } | { readonly problem: string } {
  if (text === '') return { problem: 'empty' }
  for (const scheme of schemes) {
    const match = scheme.pattern.exec(text)
    if (match === null) continue
    const problem = scheme.problemOf?.(match)
    return problem === undefined ? scheme : { problem }
  }
  return { problem: 'of no known form ("{PLAIN}" stands before a password in plain text)' }
}

/** Whether a password has the given hash, compared in constant time. A hash with a problem matches nothing. */
export function matchesHash(password: Buffer, text: string): boolean {
  // C functions stop at a zero byte, so that "right\0anything" would match too.
  if (password.length > maxPasswordBytes || password.includes(0)) return false
  for (const scheme of schemes) {
    const match = scheme.pattern.exec(text)
    if (match !== null) return scheme.problemOf?.(match) === undefined && scheme.matches(password, match)
  }
  return false
}

/** Compared by their hashes: `timingSafeEqual` takes only what is equally long. */
function isSame(a: string | Buffer, b: string | Buffer): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}
