// A backend that answers when the test says so, for whatever happens while a request is under way.
import type { ServerResponse } from 'node:http'
import { startEchoBackend, type TestBackend } from './backend.ts'

export interface HeldBackend extends TestBackend {
  /** The next request that is waiting for its answer. */
  nextRequest(): Promise<ServerResponse>
}

/** Starts a backend that leaves every request waiting. */
export async function startHeldBackend(): Promise<HeldBackend> {
  const waiting: ServerResponse[] = []
  let wake = () => {}
  const backend = await startEchoBackend('held', (_request, response) => {
    waiting.push(response)
    wake()
  })
  const nextRequest = async () => {
    while (waiting.length === 0) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    return waiting.shift()!
  }
  return { ...backend, nextRequest }
}
