// The end of all client connections: idle ones at once, the others after their response, the rest when time is up.
import type { ListenerContext } from '../listeners/listener-context.ts'

const checkMs = 20

/** Resolves when no connection is left; after `timeoutMs` those that are left are cut. */
export async function drain(context: ListenerContext, timeoutMs: number): Promise<void> {
  context.draining = true
  for (const connection of context.connections) connection.drain()
  const end = performance.now() + timeoutMs
  while (context.connections.size > 0 && performance.now() < end) {
    await new Promise(resolve => setTimeout(resolve, checkMs))
  }
  for (const connection of context.connections) connection.destroy()
}
