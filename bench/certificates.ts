// What 10,000 TLS Secrets cost: reading them, one changed among them, memory, and the first handshake of a name.
// Run: node --expose-gc bench/certificates.ts

import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { connect, createServer } from 'node:tls'
import { createCertificateStore } from '../src/certificates/cert-store.ts'
import { createLocalCa } from '../src/certificates/local-ca.ts'
import { type CertifiedKey, makeAuthority, openAuthority, signLeaf } from '../src/certificates/sign.ts'
import { createCompiler } from '../src/compile/compile.ts'
import type { Resource } from '../src/resources/resource.ts'
import { compileOptions } from '../test/support/compile.ts'
import { ingress, resourceSet, service, slice, tlsSecret } from '../test/support/resources.ts'
import { medianMs, printResult, printRuntime } from './median.ts'

const count = 10_000
const hostOf = (index: number) => `host-${index}.example.com`

const authorityPair = await makeAuthority()
const authority = openAuthority(authorityPair)
const pairFor = (index: number): Promise<CertifiedKey> =>
  signLeaf(authority, [{ kind: 'dns', name: hostOf(index) }])

function objectsFor(index: number, pair: CertifiedKey): Resource[] {
  const tls = [{ hosts: [hostOf(index)], secret: `tls-${index}` }]
  return [
    ingress({ name: `web-${index}`, rules: { [hostOf(index)]: ['P / web:80'] }, tls }),
    tlsSecret(`tls-${index}`, pair.certPem, pair.keyPem),
  ]
}

/** What the collector found is given back in later turns of the loop. */
async function memoryMb(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    global.gc!()
    await setImmediate()
  }
  return process.memoryUsage().rss / 1e6
}

async function timed<T>(act: () => T | Promise<T>): Promise<[ms: number, result: T]> {
  const start = performance.now()
  const result = await act()
  return [performance.now() - start, result]
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

printRuntime()
const pairs: CertifiedKey[] = []
for (let i = 0; i < count; i++) pairs.push(await pairFor(i))
const objects = [service(), slice('web', ['127.0.0.1']), ...pairs.flatMap((pair, i) => objectsFor(i, pair))]
const renewed = objects.with(3, objectsFor(0, await pairFor(0))[1]!)
const [before, after] = [resourceSet(...objects), resourceSet(...renewed)]
const empty = await memoryMb()

const compiler = createCompiler(compileOptions())
const [fromScratch, first] = await timed(() => compiler.compile(before))
printResult(`compile ${count} Ingresses with a TLS Secret each, from scratch`, fromScratch, 4000, 'ms')
printResult('memory for what was read of them', (await memoryMb()) - empty, 150, 'MB')
const rounds = [after, before, after, before, after, before, after]
const oneRenewed = medianMs(
  rounds.length,
  () => rounds.shift()!,
  snapshot => compiler.compile(snapshot),
)
const second = compiler.compile(after)
printResult('one Secret renewed', oneRenewed, 250, 'ms')

const directory = await mkdtemp(join(tmpdir(), 'portico-bench-'))
const store = createCertificateStore(await createLocalCa(directory))
store.apply(first.table.certificates)
const [swap] = await timed(() => store.apply(second.table.certificates))
printResult('the swap that makes handshakes follow', swap, 10, 'ms')
if (store.replacements !== 1) throw new Error('the renewed certificate went unnoticed')

const { certPem: cert, keyPem: key } = await store.pairFor(undefined)
const server = createServer({ cert, key, SNICallback: store.sniCallback() }, socket => socket.end())
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo

/** Milliseconds of a handshake, both sides of it in this process. */
async function handshake(servername: string): Promise<number> {
  const start = performance.now()
  const socket = connect({ host: '127.0.0.1', port, servername, ca: authorityPair.certPem })
  await once(socket, 'secureConnect')
  const ms = performance.now() - start
  await once(socket.resume(), 'close')
  return ms
}

for (let i = 0; i < 200; i++) await handshake(hostOf(0))
const idle = await memoryMb()
const firsts: number[] = []
for (let i = 1; i <= 1000; i++) firsts.push(await handshake(hostOf(i)))
const seconds: number[] = []
for (let i = 1; i <= 1000; i++) seconds.push(await handshake(hostOf(randomInt(1, 900))))
printResult('first handshake of a name, client included', median(firsts), 5, 'ms')
printResult('later handshakes of it', median(seconds), 5, 'ms')
for (let i = 1000; i < count; i++) await store.contextFor(hostOf(i))
printResult('memory when all names have shaken hands', (await memoryMb()) - idle, 300, 'MB')

server.close()
await rm(directory, { recursive: true })
