// A load at a constant rate that never waits for answers: requests are due every millisecond, and a late answer does not
// delay the next request. A request that finds no free connection waits, and its waiting counts (no coordinated omission).
// Run: node paced-load.ts PORT CONNECTIONS SECONDS REQUESTS_PER_SECOND

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Latencies } from './latencies.ts'

interface Connection {
  readonly socket: Socket
  /** When the request that it waits for was due. */
  dueAt: number
}

const [port, connections, seconds, rate] = process.argv.slice(2).map(Number)
const request = Buffer.from('GET / HTTP/1.1\r\nHost: bench.test\r\n\r\n', 'latin1')
const answerEnd = 'hello world\n'
const latencies = new Latencies()
const lateness = new Latencies()
const free: Connection[] = []
// The requests that are due and wait for a connection, as due times; what stands before `nextWaiting` has been sent.
const waiting: number[] = []
let nextWaiting = 0
let due = 0
let answered = 0

for (let i = 0; i < connections!; i++) free.push(await open())
const start = performance.now()
let lastTick = start
const ticking = setInterval(tick, 1)

function tick(): void {
  const now = performance.now()
  lateness.add(now - lastTick - 1)
  lastTick = now
  const elapsed = Math.min(now - start, seconds! * 1000)
  for (const target = Math.floor((elapsed * rate!) / 1000); due < target; due++) waiting.push(now)
  sendWaiting()
  if (elapsed < seconds! * 1000) return
  clearInterval(ticking)
  finishIfAnswered()
}

function sendWaiting(): void {
  while (nextWaiting < waiting.length && free.length > 0) {
    const connection = free.pop()!
    connection.dueAt = waiting[nextWaiting++]!
    connection.socket.write(request)
  }
}

async function open(): Promise<Connection> {
  const socket = connect({ port: port!, host: '127.0.0.1', noDelay: true })
  const connection = { socket, dueAt: 0 }
  let answer = ''
  socket.setEncoding('latin1')
  socket.on('data', text => {
    answer += text
    if (!answer.endsWith(answerEnd)) return
    if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`got: ${answer}`)
    answer = ''
    take(connection)
  })
  socket.on('close', () => {
    if (answered < due || due === 0) throw new Error('a connection was closed')
  })
  await once(socket, 'connect')
  return connection
}

function take(connection: Connection): void {
  latencies.add(performance.now() - connection.dueAt)
  answered++
  free.push(connection)
  sendWaiting()
  finishIfAnswered()
}

function finishIfAnswered(): void {
  if (lastTick - start < seconds! * 1000 || answered < due) return
  const report = latencies.report((performance.now() - start) / 1000)
  console.log(JSON.stringify({ ...report, loadLateP99Ms: lateness.percentile(0.99) }))
  for (const { socket } of free) socket.destroy()
}
