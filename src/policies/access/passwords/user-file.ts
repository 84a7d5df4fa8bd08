// User files as nginx reads them: `htpasswd` for basic, `htdigest` for digest authentication. Bytes are Latin-1 characters;
// nothing here checks a password.
import { quote } from '../../setting-types.ts'
import { examineHash } from './password-hash.ts'

/** Users and what their passwords are held against. */
export interface Users {
  /** By name: a hash text for basic, the hexadecimal HA1 for digest. Of equal names in a file the first counts, as in nginx. */
  readonly hashes: ReadonlyMap<string, string>
  /** What the passwords of unknown users are held against, for the time it takes: like the slowest there is. */
  readonly decoy: string
  /** Entries nobody can log in with, and why; sentences without a full stop. Never names a hash. */
  readonly problems: readonly string[]
}

/** Before a Secret was read. */
export const noUsers: Users = { hashes: new Map(), decoy: '', problems: [] }

/** Reads `user:hash` and `user:hash:comment`, one each line; `#` begins a comment. */
export function readHtpasswd(text: string): Users {
  const read = readUsers(text, (user, rest, problems) => {
    const hash = rest.replace(/:.*$/s, '')
    const examined = examineHash(hash)
    if ('problem' in examined) problems.push(`the hash of user ${quote(user)} is ${examined.problem}`)
    return hash
  })
  const hashes = [...read.hashes.values()]
  return { ...read, decoy: hashes.find(isSlow) ?? hashes[0] ?? '' }
}

function isSlow(hash: string): boolean {
  const examined = examineHash(hash)
  return 'isSlow' in examined && examined.isSlow
}

/** Reads `user:realm:HA1`, one each line. Entries of other realms belong to others. */
export function readHtdigest(text: string, realm: string): Users {
  const read = readUsers(text, (user, rest, problems) => {
    // A realm may have colons.
    const colon = rest.lastIndexOf(':')
    const ha1 = rest.slice(colon + 1)
    if (colon !== -1 && rest.slice(0, colon) !== realm) return undefined
    if (colon !== -1 && /^[0-9a-fA-F]{32}$/.test(ha1)) return ha1.toLowerCase()
    problems.push(`the entry of user ${quote(user)} is not "user:realm:" and 32 hexadecimal digits`)
    return ''
  })
  return { ...read, decoy: '0'.repeat(32) }
}

/** An `auth-map` Secret as the lines of a user file: each key a user, its value what would stand behind the colon. */
export function userFileOfMap(data: ReadonlyMap<string, Buffer>): string {
  return [...data].map(([user, value]) => `${user}:${value.toString('latin1')}`).join('\n')
}

/**
 * `read` gives what the password of a line (user, and what stands behind the first colon) is held against, empty if nothing
 * can match, `undefined` where the line is to be passed over.
 */
function readUsers(
  text: string,
  read: (user: string, rest: string, problems: string[]) => string | undefined,
): Pick<Users, 'hashes' | 'problems'> {
  const hashes = new Map<string, string>()
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#') || line.startsWith('\r')) continue
    const entry = /^([^:\r]+):([^\r]*)/.exec(line)
    if (entry === null) {
      problems.push(`line ${index + 1} of the user file is not "user:hash"`)
      continue
    }
    const [, user, rest] = entry
    if (hashes.has(user!)) continue
    const hash = read(user!, rest!, problems)
    if (hash !== undefined) hashes.set(user!, hash)
  }
  if (hashes.size === 0) problems.push('the user file lists nobody')
  return { hashes, problems }
}
