// The heap of a running Node process, through its inspector: collects garbage there and asks how much is left. The
// process needs no code of its own for it.
import { once } from 'node:events'
import { WebSocket } from 'ws'

/** What is alive in a process after its garbage was collected; bytes. */
export interface HeapFigures {
  readonly heapUsed: number
  /** Buffers, which live outside the heap. */
  readonly arrayBuffers: number
}

/** A debugger's connection to a process. Must be closed. */
export interface InspectedHeap {
  readonly port: number
  /** Collects garbage twice, since finalizers of the first round free more, and says what is left. */
  collect(): Promise<HeapFigures>
  close(): void
}

/** Attaches to the address that Node prints as it starts with `--inspect`. */
export async function inspectHeap(url: string): Promise<InspectedHeap> {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  let lastId = 0
  const ask = async (method: string, params: object = {}): Promise<unknown> => {
    const id = ++lastId
    socket.send(JSON.stringify({ id, method, params }))
    for (;;) {
      const [message] = await once(socket, 'message')
      const answer = JSON.parse(String(message))
      if (answer.id === id) return answer.result
    }
  }
  return {
    port: Number(new URL(url).port),
    async collect() {
      await ask('HeapProfiler.collectGarbage')
      await ask('HeapProfiler.collectGarbage')
      const expression = 'JSON.stringify(process.memoryUsage())'
      const { result } = (await ask('Runtime.evaluate', { expression })) as { result: { value: string } }
      return JSON.parse(result.value)
    },
    close: () => socket.terminate(),
  }
}
