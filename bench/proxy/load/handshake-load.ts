// A load of TLS handshakes: every request on a new connection that resumes no session, or each the one that the connection
// before it was given. (wrk would resume its own.)
// Run: node handshake-load.ts PORT CONNECTIONS SECONDS RESUMES (0 or 1)
import { connect } from 'node:tls'
import { Latencies } from './latencies.ts'

const [port, connections, seconds, resumes] = process.argv.slice(2).map(Number)
const request = 'GET / HTTP/1.1\r\nHost: bench.test\r\nConnection: close\r\n\r\n'
const latencies = new Latencies()
/** All contenders know this key exchange; OpenSSL before 3.5 does not know the hybrid one with ML-KEM. */
const ecdhCurve = 'X25519'
const start = performance.now()
const end = start + seconds! * 1000

function once(session?: Buffer): void {
  const begun = performance.now()
  if (begun >= end) return
  let answer = ''
  const socket = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ecdhCurve,
    session,
  })
  // Not every server gives a new session to one that is resumed.
  let next = session
  if (resumes === 1) socket.on('session', given => (next = given))
  socket.setEncoding('latin1')
  let isReused = false
  socket.on('secureConnect', () => {
    isReused = socket.isSessionReused()
    socket.write(request)
  })
  socket.on('data', text => {
    answer += text
  })
  socket.on('close', () => {
    if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`got: ${answer}`)
    if (isReused !== (session !== undefined)) throw new Error(`resumed: ${isReused}`)
    if (resumes === 1 && next === undefined) throw new Error('was given no session')
    latencies.add(performance.now() - begun)
    once(next)
  })
}

for (let i = 0; i < connections!; i++) once()
process.on('exit', code => {
  if (code === 0) console.log(JSON.stringify(latencies.report((performance.now() - start) / 1000)))
})
