// TLS handshakes: a new connection for each request, none of them resumed.
import { runNodeLoad } from '../load/node-load.ts'
import { loadColumns, measureLoad } from '../measure-load.ts'
import { plainGet, send } from '../request-shape.ts'
import { type BenchCase, usual } from './bench-case.ts'

const connections = 16

/** Full handshakes with ECDSA on P-256, one request on each connection. */
export const handshakeCase: BenchCase = {
  name: 'handshakes',
  title: 'TLS 1.3 handshakes, one request on each connection',
  needs: ['tls'],
  columns: loadColumns,
  variants: [usual],
  backend: 'fixed-answers',
  share: 1 / 3,
  startsAnew: false,
  async verify(program) {
    const { status } = await send(plainGet, 'https', program.ports.https)
    if (status !== 200) throw new Error(`answered over TLS with ${status}`)
  },
  measure(measuring) {
    const { program, seconds } = measuring
    const args = [program.ports.https, connections, seconds]
    return measureLoad(program.pid, () => runNodeLoad('handshake-load', measuring, args))
  },
}
