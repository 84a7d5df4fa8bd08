// WebSocket messages through the tunnel that a proxy opens, to an echo and back.
import { runNodeLoad } from '../load/node-load.ts'
import { loadColumns, measureLoad } from '../measure-load.ts'
import { type BenchCase, usual } from './bench-case.ts'

const connections = 64
const messageBytes = 64

/** A message and its echo are one unit. The load checks every echo, so there is nothing left to verify before. */
export const webSocketCase: BenchCase = {
  name: 'web-socket',
  title: 'WebSocket, 64 connections, a message of 64 bytes and its echo',
  needs: ['web-socket'],
  columns: loadColumns,
  variants: [usual],
  backend: 'web-socket-echo',
  share: 1 / 3,
  startsAnew: false,
  verify: async () => {},
  measure(measuring) {
    const { program, seconds } = measuring
    const args = [program.ports.http, connections, seconds, messageBytes]
    return measureLoad(program.pid, () => runNodeLoad('web-socket-load', measuring, args))
  },
}
