// Cases of HTTP/2: short answers over TLS, one stream or many on each connection.
import { runH2load } from '../load/h2load.ts'
import { loadColumns, measureLoad } from '../measure-load.ts'
import { plainGet, send } from '../request-shape.ts'
import { type BenchCase, usual } from './bench-case.ts'

/** A GET of 12 bytes over so many connections, with so many requests under way on each. */
export function http2Case(name: string, connections: number, streams: number): BenchCase {
  const at = streams === 1 ? '1 stream' : `${streams} streams`
  return {
    name,
    title: `HTTP/2 over TLS: GET, 12 bytes, ${connections} connections of ${at}`,
    needs: ['tls', 'http2'],
    columns: loadColumns,
    variants: [usual],
    backend: 'fixed-answers',
    share: 1,
    startsAnew: false,
    async verify(program) {
      const { status } = await send(plainGet, 'https', program.ports.https)
      if (status !== 200) throw new Error(`answered over TLS with ${status}`)
    },
    measure({ program, workspace, seconds, loadCore: core }) {
      const load = { port: program.ports.https, connections, streams, seconds, core, workspace }
      return measureLoad(program.pid, () => runH2load(load))
    },
  }
}
