// The end of all client connections: idle ones at once, the others after their response, the rest when time is up.
import type { ListenerContext } from '../listeners/listener-context.ts'

const checkMs = 20

/**
 * Resolves when no connection is left; after `timeoutMs` those that are left are cut. `onWait` is told again and again how many
 * there are, and how long they may still take.
 */
export async function drain(
  context: ListenerContext,
  timeoutMs: number,
  onWait: (connections: number, leftMs: number) => void,
): Promise<void> {
  context.draining = true
  for (const connection of context.connections) connection.drain()
  const end = performance.now() + timeoutMs
  for (let left = timeoutMs; context.connections.size > 0 && left > 0; left = end - performance.now()) {
    onWait(context.connections.size, left)
    await new Promise(resolve => setTimeout(resolve, checkMs))
  }
  for (const connection of context.connections) connection.destroy()
}
