// Asks the thread that computes slow hashes, which is started by the first question and lives until it is closed. Bounded:
// of more questions than it may hold it takes none.
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { HashAnswer, HashQuestion } from './hash-worker.ts'

/** Questions that may wait: six seconds of bcrypt at its usual cost of 10. */
const maxQuestions = 128
/** Of one client, so that whoever guesses passwords does not fill the queue alone. */
const maxQuestionsOfClient = 16

/** Beside this file, as TypeScript in a checkout and as JavaScript in what is published. */
const workerFile = new URL(`./hash-worker${extname(import.meta.url)}`, import.meta.url)

/** `busy`: there were too many questions, or the thread has failed; nothing is known. */
export type HashVerdict = boolean | 'busy'

interface Waiting {
  readonly client: string
  readonly resolve: (verdict: HashVerdict) => void
}

/** One thread, and who waits for its answers. */
export class HashThread {
  readonly #onProblem: (message: string) => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #countsByClient = new Map<string, number>()
  readonly #file: URL
  #worker: Worker | undefined
  #lastId = 0

  /** `onProblem` is told in a sentence; `file` is what the thread runs. */
  constructor(onProblem: (message: string) => void, file = workerFile) {
    this.#onProblem = onProblem
    this.#file = file
  }

  /** Whether a password has a hash. Never rejects. */
  ask(password: Buffer, hash: string, client: string): Promise<HashVerdict> {
    const count = this.#countsByClient.get(client) ?? 0
    if (this.#waiting.size >= maxQuestions || count >= maxQuestionsOfClient) return Promise.resolve('busy')
    this.#countsByClient.set(client, count + 1)
    const id = ++this.#lastId
    return new Promise(resolve => {
      this.#waiting.set(id, { client, resolve })
      this.#worker ??= this.#start()
      // A copy: the bytes may lie in a pool that others use.
      const question: HashQuestion = { id, password: Uint8Array.from(password), hash }
      this.#worker.postMessage(question)
    })
  }

  close(): void {
    this.#fail()
  }

  #start(): Worker {
    const worker = new Worker(this.#file, { execArgv: [], stdin: false, name: 'password hashes' })
    worker.unref()
    worker.on('message', ({ id, matches }: HashAnswer) => this.#settle(id, matches))
    worker.on('error', error => {
      if (this.#worker !== worker) return
      this.#onProblem(`the thread that checks passwords failed and is started anew: ${error}`)
      this.#fail()
    })
    return worker
  }

  #settle(id: number, verdict: HashVerdict): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    const count = this.#countsByClient.get(waiting.client)!
    if (count === 1) this.#countsByClient.delete(waiting.client)
    else this.#countsByClient.set(waiting.client, count - 1)
    waiting.resolve(verdict)
  }

  /** Gives the thread up; nobody is let in by that. */
  #fail(): void {
    const worker = this.#worker
    this.#worker = undefined
    void worker?.terminate()
    for (const id of [...this.#waiting.keys()]) this.#settle(id, 'busy')
  }
}
