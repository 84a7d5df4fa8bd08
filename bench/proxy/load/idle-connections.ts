// Opens connections, has each answered once, and holds them: prints "held" and goes on until it is ended.
// Run: node idle-connections.ts PORT CONNECTIONS
import { connect } from 'node:net'

const [port, connections] = process.argv.slice(2).map(Number)
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
    if (answered === connections) console.log('held')
    openNext()
  })
  socket.on('close', () => {
    throw new Error(`connection ${opened} was closed: ${answer}`)
  })
}

for (let i = 0; i < openingAtOnce; i++) openNext()
