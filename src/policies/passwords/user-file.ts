// User files as nginx reads them: `htpasswd` for basic, `htdigest` for digest authentication. Bytes are Latin-1 characters;
// nothing here checks a password.
import { quote } from '../setting-types.ts'
import { examineHash } from './password-hash.ts'

/** Users and what their passwords are held against. */
export interface Users {
  /** By name: a hash text for basic, the hexadecimal HA1 for digest. Of equal names in a file the first counts, as in nginx. */
  readonly hashes: ReadonlyMap<string, string>
  /** Entries nobody can log in with, and why; sentences without a full stop. Never names a hash. */
  readonly problems: readonly string[]
}

/** Reads `user:hash` and `user:hash:comment`, one each line; `#` begins a comment. */
export function readHtpasswd(text: string): Users {
  return readUsers(text, ([user, hash], problems) => {
    const found = hash === undefined ? { problem: 'missing' } : examineHash(hash)
    if ('problem' in found) problems.push(`the hash of user ${quote(user)} is ${found.problem}`)
    return hash ?? ''
  })
}

/** Reads `user:realm:HA1`, one each line. Entries of other realms belong to others. */
export function readHtdigest(text: string, realm: string): Users {
  return readUsers(text, ([user, entryRealm, ha1], problems) => {
    if (entryRealm !== undefined && ha1 !== undefined && entryRealm !== realm) return undefined
    if (ha1 !== undefined && /^[0-9a-fA-F]{32}$/.test(ha1)) return ha1.toLowerCase()
    problems.push(`the entry of user ${quote(user)} is not "user:realm:" and 32 hexadecimal digits`)
    return ''
  })
}

/** An `auth-map` Secret as the lines of a user file: each key a user, its value what would stand behind the colon. */
export function userFileOfMap(data: ReadonlyMap<string, Buffer>): string {
  return [...data].map(([user, value]) => `${user}:${value.toString('latin1')}`).join('\n')
}

type Entry = readonly [user: string, second: string | undefined, third: string | undefined]

/** `read` gives what an entry's password is held against, empty if nothing can match, `undefined` for no entry at all. */
function readUsers(text: string, read: (entry: Entry, problems: string[]) => string | undefined): Users {
  const hashes = new Map<string, string>()
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#') || line.startsWith('\r')) continue
    const [user, second, third] = line.replace(/\r.*$/s, '').split(':')
    if (user === '' || second === undefined) {
      problems.push(`line ${index + 1} of the user file is not "user:hash"`)
      continue
    }
    if (hashes.has(user!)) continue
    const hash = read([user!, second, third], problems)
    if (hash !== undefined) hashes.set(user!, hash)
  }
  if (hashes.size === 0) problems.push('the user file lists nobody')
  return { hashes, problems }
}
