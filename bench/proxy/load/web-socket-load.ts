// A load of WebSocket messages: every connection sends the next one when the echo of the last has come.
// Run: node web-socket-load.ts PORT CONNECTIONS SECONDS BYTES
import { WebSocket } from 'ws'
import { Latencies } from './latencies.ts'

const [port, connections, seconds, bytes] = process.argv.slice(2).map(Number)
const message = Buffer.alloc(bytes!, 'x')
const latencies = new Latencies()
const sockets = await Promise.all(Array.from({ length: connections! }, open))
const start = performance.now()
const end = start + seconds! * 1000
sockets.forEach(exchange)

function open(): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const headers = { Host: 'bench.test' }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers, perMessageDeflate: false })
    socket.once('open', () => resolve(socket)).once('error', reject)
  })
}

function exchange(socket: WebSocket): void {
  let sentAt = performance.now()
  socket.on('message', echo => {
    if (!message.equals(echo as Buffer)) throw new Error('the echo is not what was sent')
    const now = performance.now()
    latencies.add(now - sentAt)
    sentAt = now
    if (now < end) socket.send(message)
    else socket.close()
  })
  socket.on('close', code => {
    if (performance.now() < end) throw new Error(`closed with ${code}`)
  })
  socket.send(message)
}

process.on('exit', code => {
  if (code === 0) console.log(JSON.stringify(latencies.report((performance.now() - start) / 1000)))
})
