// TLS handshakes: a new connection for each request, none of them resumed, or all but the first.
import { runNodeLoad } from '../load/node-load.ts'
import { loadColumns, measureLoad } from '../measure-load.ts'
import { plainGet, send } from '../request-shape.ts'
import { type BenchCase, usual } from './bench-case.ts'

const connections = 16

/** Full handshakes with ECDSA on P-256 and X25519, one request on each connection. */
export const handshakeCase = handshakes('handshakes', 'TLS 1.3 handshakes, one request on each connection', 0)

/** Every connection resumes the session of the one before it; each exchanges keys anew all the same. */
export const resumedHandshakeCase = handshakes(
  'handshakes-resumed',
  'TLS 1.3 handshakes that resume a session, one request on each connection',
  1,
)

function handshakes(name: string, title: string, resumes: 0 | 1): BenchCase {
  return {
    name,
    title,
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
      const args = [program.ports.https, connections, seconds, resumes]
      return measureLoad(program.pid, () => runNodeLoad('handshake-load', measuring, args))
    },
  }
}
