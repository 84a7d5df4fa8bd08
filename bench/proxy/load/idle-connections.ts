// Opens connections, has each answered once, and holds them until it is ended. Listens itself once it holds all of them.
// Run: node idle-connections.ts PORT CONNECTIONS OWN_PORT
import { connect, createServer } from 'node:net'

const [port, connections, ownPort] = process.argv.slice(2).map(Number)
const request = 'GET / HTTP/1.1\r\nHost: bench.test\r\n\r\n'
const openingAtOnce = 64
let opened = 0
let answered = 0

function openNext(): void {
  if (opened === connections) return
  opened++
  const socket = connect({ port: port!, host: '127.0.0.1' }, () => socket.write(request))
  socket.setEncoding('latin1')
  let answer = ''
  socket.on('data', text => {
    answer += text
    if (!answer.endsWith('hello world\n')) return
    answered++
    if (answered === connections) createServer().listen(ownPort, '127.0.0.1')
    openNext()
  })
  socket.on('close', () => {
    throw new Error(`connection ${opened} was closed: ${answer}`)
  })
}

for (let i = 0; i < openingAtOnce; i++) openNext()
