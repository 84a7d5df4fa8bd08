// A server to which connections hang, as to a machine that is gone: nothing refuses them and nothing answers.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'

/** The port of a server that accepts nothing and whose queue is full: the next connection hangs. */
export async function startFullServer(): Promise<number> {
  const script = `const server = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 },
    () => { console.log(server.address().port); process.kill(process.pid, 'SIGSTOP') })`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const port = Number(line)
  // The queue takes one or two more than its backlog says.
  for (let isFull = false; !isFull; ) {
    const filler = connect({ host: '127.0.0.1', port })
    onTestFinished(() => void filler.destroy())
    const hangs = new Promise<true>(resolve => setTimeout(resolve, 100, true))
    isFull = await Promise.race([hangs, once(filler, 'connect').then(() => false)])
    if (isFull) filler.destroy()
  }
  return port
}
