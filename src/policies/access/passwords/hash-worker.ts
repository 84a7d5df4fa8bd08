// The thread that computes slow password hashes. Answers each question with its number and the verdict; knows nothing else.
import { parentPort } from 'node:worker_threads'
import { matchesHash } from './password-hash.ts'

/** A password (its bytes) to be held against a hash. */
export interface HashQuestion {
  readonly id: number
  readonly password: Uint8Array
  readonly hash: string
}

/** What became of it. */
export interface HashAnswer {
  readonly id: number
  readonly matches: boolean
}

parentPort?.on('message', ({ id, password, hash }: HashQuestion) => {
  const answer: HashAnswer = { id, matches: matchesHash(Buffer.from(password), hash) }
  parentPort!.postMessage(answer)
})
