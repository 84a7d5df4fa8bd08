// Portico as a process of its own whose memory and sockets are watched while it serves.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { manifestDirectory } from '../support/manifests.ts'
import { startPortico } from '../support/portico-process.ts'
import { type ServingOptions, serving } from '../support/serving.ts'
import { type HeapFigures, inspectHeap } from './inspected-heap.ts'
import { forgetPeak, peakResidentBytes, residentBytes, tcpSocketsOf } from './process-figures.ts'

/** A host and where its requests go. */
export interface ServedHost {
  readonly host: string
  /** `127.0.0.1:port`. */
  readonly address: string
  readonly annotations?: ServingOptions['annotations']
}

/** A Portico that serves some hosts; ended when the test is. */
export interface MeasuredPortico {
  readonly port: number
  readonly residentBytes: number
  /** How far resident memory has risen, at its peak, over what it was when this was called. */
  watchPeak(): () => number
  /** What is alive, once garbage is collected. */
  collect(): Promise<HeapFigures & { readonly resident: number }>
  /** Resolves when it has no connection to anybody left. */
  untilNoSockets(): Promise<void>
  /** Ends it as a supervisor would and expects a clean end without a word of complaint. */
  stop(): Promise<void>
}

/** Starts Portico with one Ingress per host. */
export async function startMeasuredPortico(...hosts: readonly ServedHost[]): Promise<MeasuredPortico> {
  const files = hosts.map(({ host, address, annotations }, index): [string, string] => [
    `${index}.yaml`,
    serving(host, address, { name: `web-${index}`, annotations }),
  ])
  const { path } = await manifestDirectory(Object.fromEntries(files))
  const certificates = mkdtempSync(join(tmpdir(), 'portico-certs-'))
  const flags = ['--http-port', '0', '--https-port', '0', '--admin', 'off', '--cert-dir', certificates]
  const portico = startPortico(['run', path, ...flags], { env: { NODE_OPTIONS: '--inspect=127.0.0.1:0' } })
  onTestFinished(async () => {
    portico.kill('SIGKILL')
    await portico.exited
    rmSync(certificates, { recursive: true, force: true })
  })
  const pid = portico.child.pid!
  const debuggerLine = await portico.nextMessage('Debugger listening on ws:')
  const heap = await inspectHeap(debuggerLine.slice(debuggerLine.indexOf('ws:')))
  onTestFinished(() => heap.close())
  const ready = await portico.nextEvent('ready')
  const complaints = () => portico.messages.filter(message => !/[Dd]ebugger|nodejs\.org/.test(message))
  return {
    port: Number(String(ready.http).split(':')[1]),
    get residentBytes() {
      return residentBytes(pid)
    },
    watchPeak() {
      forgetPeak(pid)
      const before = residentBytes(pid)
      return () => peakResidentBytes(pid) - before
    },
    async collect() {
      const figures = await heap.collect()
      return { ...figures, resident: residentBytes(pid) }
    },
    async untilNoSockets() {
      // The kernel tells nobody when another process closes a socket: this has to be asked again.
      while (tcpSocketsOf(pid).some(({ localPort }) => localPort !== heap.port))
        await new Promise(resolve => setTimeout(resolve, 50))
    },
    async stop() {
      heap.close()
      portico.kill('SIGTERM')
      expect(await portico.exited).toBe(143)
      expect(complaints()).toEqual([])
    },
  }
}
