// Requests over one connection that has to stay open: unlike an agent, nothing here opens another one when it is cut.
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A connection for `askOver`; cut when the test is over. */
export async function openConnection(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  onTestFinished(() => void socket.destroy())
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

/** Sends a GET and gives the whole response as text. Rejects when the connection ends before. Needs Content-Length. */
export function askOver(socket: Socket, host: string, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const settle = (done: () => void) => {
      socket.off('data', onData).off('close', onClose)
      done()
    }
    const onClose = () =>
      settle(() => reject(new Error(`the connection ended after ${JSON.stringify(received)}`)))
    const onData = (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (isWhole(received)) settle(() => resolve(received))
    }
    socket.on('data', onData).on('close', onClose)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
}

function isWhole(response: string): boolean {
  const end = response.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /^content-length: (\d+)/im.exec(response.slice(0, end))?.[1]
  return length !== undefined && response.length - end - 4 === Number(length)
}
