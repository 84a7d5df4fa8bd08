// A whole Portico for one test: real files, real sockets, free ports. Gone when the test is over.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { noAccessLog } from '../../src/access-log/options.ts'
import { startApp } from '../../src/app/app.ts'
import type { AppliedChange, RunningApp } from '../../src/app/events.ts'
import type { AppOptions } from '../../src/app/options.ts'
import type { CompileOptions } from '../../src/compile/options.ts'
import { readTracingOptions } from '../../src/tracing/options.ts'
import { type ManifestDirectory, manifestDirectory } from './manifests.ts'

export interface TestProxy {
  readonly app: RunningApp
  readonly httpPort: number
  readonly httpsPort: number
  readonly manifests: ManifestDirectory
  /** Every change applied so far, the first table included. */
  readonly changes: readonly AppliedChange[]
  readonly notices: readonly string[]
  /** The first change after the call that makes `condition` true; by default any. */
  nextChange(condition?: (change: AppliedChange) => boolean): Promise<AppliedChange>
  /** Codes of the latest change's findings, in order. */
  codes(): string[]
}

export interface TestProxyOptions {
  /** Name → text. */
  readonly files?: Record<string, string>
  /** Served instead of `files`. */
  readonly paths?: readonly string[]
  readonly compile?: Partial<CompileOptions>
  readonly app?: Partial<Omit<AppOptions, 'admin'>> & { readonly admin?: Partial<AppOptions['admin']> }
}

/** Starts a proxy on free loopback ports; it is closed when the test is over. */
export async function startProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const manifests = await manifestDirectory(options.files ?? {})
  const changes: AppliedChange[] = []
  const notices: string[] = []
  const waiting = new Set<(change: AppliedChange) => void>()
  const app = await startApp(
    {
      flags: {},
      paths: options.paths ?? [manifests.path],
      poll: false,
      bind: '127.0.0.1',
      httpPort: 0,
      httpsPort: 0,
      accessLog: noAccessLog,
      tracing: readTracingOptions(undefined, {}, '0.0.0'),
      via: undefined,
      dev: false,
      drainTimeoutMs: 2_000,
      certificateDirectory: certificateDirectory(),
      ...options.app,
      admin: options.app?.admin && {
        host: '127.0.0.1',
        port: 0,
        hosts: [],
        token: undefined,
        ...options.app.admin,
      },
      compile: {
        ingressClasses: [],
        namespace: undefined,
        defaultBackendService: undefined,
        defaultSslCertificate: undefined,
        configMap: undefined,
        endpointMaps: [],
        ...options.compile,
      },
    },
    {
      applied(change) {
        changes.push(change)
        for (const listener of [...waiting]) listener(change)
      },
      notice: message => notices.push(message),
    },
  )
  onTestFinished(() => app.close())
  return {
    app,
    httpPort: portOf(app.http),
    httpsPort: portOf(app.https),
    manifests,
    changes,
    notices,
    nextChange: (condition = () => true) =>
      new Promise(resolve => {
        const listener = (change: AppliedChange) => {
          if (!condition(change)) return
          waiting.delete(listener)
          resolve(change)
        }
        waiting.add(listener)
      }),
    codes: () => changes.at(-1)!.diagnostics.map(diagnostic => diagnostic.code),
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}

function certificateDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'portico-certs-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
