// Whether a TCP port can be listened on. The answer may be stale a moment later.
import { once } from 'node:events'
import { createServer } from 'node:net'

/** `port` when it is free on `host`, else 0, which makes the system pick one. */
export async function portOrAny(port: number, host: string): Promise<number> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return port
  } catch {
    return 0
  } finally {
    server.close()
  }
}
