// A load of TLS handshakes: every request on a new connection that resumes no session. (wrk would resume its own.)
// Run: node handshake-load.ts PORT CONNECTIONS SECONDS
import { connect } from 'node:tls'
import { Latencies } from './latencies.ts'

const [port, connections, seconds] = process.argv.slice(2).map(Number)
const request = 'GET / HTTP/1.1\r\nHost: bench.test\r\nConnection: close\r\n\r\n'
const latencies = new Latencies()
const start = performance.now()
const end = start + seconds! * 1000

function once(): void {
  const begun = performance.now()
  if (begun >= end) return
  let answer = ''
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: 'TLSv1.3' })
  socket.setEncoding('latin1')
  socket.on('secureConnect', () => socket.write(request))
  socket.on('data', text => {
    answer += text
  })
  socket.on('close', () => {
    if (!answer.startsWith('HTTP/1.1 200 ') || socket.isSessionReused()) throw new Error(`got: ${answer}`)
    latencies.add(performance.now() - begun)
    once()
  })
}

for (let i = 0; i < connections!; i++) once()
process.on('exit', code => {
  if (code === 0) console.log(JSON.stringify(latencies.report((performance.now() - start) / 1000)))
})
