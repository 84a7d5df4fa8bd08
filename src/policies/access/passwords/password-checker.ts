// Hot path: runs for every request of a route with basic authentication.
// Whether a password is right, at little cost: verdicts are remembered, equal questions are asked once, and slow hashes are
// computed in a thread. Passwords themselves are kept by nobody.
import { createHmac, randomBytes } from 'node:crypto'
import { ExpiringSet } from './expiring-set.ts'
import { HashThread, type HashVerdict } from './hash-thread.ts'
import { examineHash, matchesHash, maxPasswordBytes } from './password-hash.ts'

/** How long and for how many passwords "right" is remembered: 10,000 take 2 MB. */
const rightForMs = 300_000
const maxRight = 10_000
/** "Wrong" too, for clients that repeat themselves; apart, so that guessing can not push out those who are right. */
const wrongForMs = 10_000
const maxWrong = 1_000

/** Checks passwords for all routes of a process. */
export class PasswordChecker {
  /** Verdicts are kept under a keyed hash of hash and password. A changed Secret has another hash, and so no verdict yet. */
  readonly #key = randomBytes(32)
  readonly #right = new ExpiringSet(maxRight, rightForMs)
  readonly #wrong = new ExpiringSet(maxWrong, wrongForMs)
  readonly #asked = new Map<string, Promise<HashVerdict>>()
  readonly #thread: HashThread
  readonly #now: () => number

  /** `now` in milliseconds; `onProblem` is told in a sentence. */
  constructor(now: () => number, onProblem: (message: string) => void) {
    this.#now = now
    this.#thread = new HashThread(onProblem)
  }

  /** Whether a password has a hash, for a client (by which waiting is shared out); `busy` when that can not be said now. */
  check(password: Buffer, hash: string, client: string): HashVerdict | Promise<HashVerdict> {
    if (password.length > maxPasswordBytes) return false
    const examined = examineHash(hash)
    if ('problem' in examined) return false
    if (!examined.isSlow) return matchesHash(password, hash)
    const key = createHmac('sha256', this.#key).update(hash).update('\0').update(password).digest('base64')
    const now = this.#now()
    if (this.#right.has(key, now)) return true
    if (this.#wrong.has(key, now)) return false
    return this.#asked.get(key) ?? this.#ask(key, password, hash, client)
  }

  close(): void {
    this.#thread.close()
  }

  async #ask(key: string, password: Buffer, hash: string, client: string): Promise<HashVerdict> {
    const question = this.#thread.ask(password, hash, client)
    this.#asked.set(key, question)
    const verdict = await question
    this.#asked.delete(key)
    if (verdict === true) this.#right.add(key, this.#now())
    else if (verdict === false) this.#wrong.add(key, this.#now())
    return verdict
  }
}
