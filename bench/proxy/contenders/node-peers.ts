// The proxies that are libraries for Node: each runs in a program of its own, `node-peer-program.ts`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, type Program, startProgram } from '../program.ts'
import type { Ability, Contender, Setup } from './contender.ts'
import type { NodePeerName } from './node-peer-proxies.ts'

const program = join(import.meta.dirname, 'node-peer-program.ts')
const modules = join(import.meta.dirname, '..', '..', '..', 'node_modules')

/** A contender of one of the libraries as it is installed. */
export function nodePeer(name: NodePeerName, abilities: readonly Ability[]): Contender {
  const { version } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'))
  return { name, version, abilities: new Set(abilities), start: setup => start(name, setup) }
}

async function start(name: NodePeerName, setup: Setup): Promise<Program> {
  const { workspace, core, backendPort, certificate } = setup
  const ports = await freePorts()
  const numbers = [backendPort, ports.http, ports.https].map(String)
  const args = [program, name, ...numbers, certificate.certificate, certificate.key]
  return startProgram(workspace, { core, command: process.execPath, args }, ports)
}
