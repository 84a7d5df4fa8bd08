// `portico test`: files of expectations held against manifests, or against a running proxy.
import { readFileSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { formatDiagnostic } from '../../diagnostics/diagnostic.ts'
import { countSeverities } from '../../diagnostics/order.ts'
import type { Suite } from '../../expectations/expectation.ts'
import type { LiveAddresses } from '../../expectations/live-client.ts'
import { observeLive } from '../../expectations/observe-live.ts'
import { observeOffline } from '../../expectations/observe-offline.ts'
import type { Observer } from '../../expectations/observer.ts'
import { readSuites } from '../../expectations/read-suites.ts'
import { type CaseResult, runCase } from '../../expectations/run-case.ts'
import { compileAssumingEndpoints, compileOnce } from '../compile-once.ts'
import { displayPath } from '../display-path.ts'
import { createPaint } from '../paint.ts'
import { readPaths } from '../paths.ts'
import { stderrProgress } from '../progress-line.ts'
import { countText } from '../progress-text.ts'
import { UsageError } from '../usage-error.ts'
import { type ExpectationFile, readExpectationFiles } from './find-files.ts'
import { jsonOf } from './render-json.ts'
import { renderJunit } from './render-junit.ts'
import { renderTree } from './render-tree.ts'
import { compileOptionsOfSuite } from './suite-options.ts'
import { countVerdicts, type SuiteResult } from './suite-result.ts'

/** Values of the flags of `test`. */
export interface TestFlags {
  readonly output: 'text' | 'json' | 'junit'
  /** File for a JUnit report; `undefined`: none. */
  readonly junit: string | undefined
  /** Paths that take the place of those in the files; empty: what the files say. */
  readonly manifests: readonly string[]
  /** Origins of a running proxy; empty: offline. */
  readonly live: readonly string[]
  readonly cacert: string | undefined
  readonly insecure: boolean
}

/** Prints the results; gives 1 when a case fails, 2 when a file of expectations can not be used, else 0. */
export async function test(given: readonly string[], flags: TestFlags): Promise<number> {
  const live = flags.live.length === 0 ? undefined : readLiveAddresses(flags)
  const files = await readExpectationFiles(given)
  const read = files.map(file => ({ file, ...readSuites(file.name, file.bytes) }))
  const findings = read.flatMap(({ findings }) => findings)
  for (const finding of findings) process.stderr.write(`${formatDiagnostic(finding)}\n`)
  if (findings.length > 0) return 2
  const results: SuiteResult[] = []
  for (const { file, suites } of read)
    for (const suite of suites) results.push(await runSuite(suite, file, flags, live))
  print(results, flags)
  return countVerdicts(results).failed > 0 ? 1 : 0
}

function print(results: readonly SuiteResult[], flags: TestFlags): void {
  if (flags.junit !== undefined) writeReport(flags.junit, renderJunit(results))
  if (flags.output === 'json') process.stdout.write(`${JSON.stringify(jsonOf(results), null, 2)}\n`)
  else if (flags.output === 'junit') process.stdout.write(renderJunit(results))
  else process.stdout.write(`${renderTree(results, createPaint(process.stdout)).join('\n')}\n`)
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new UsageError(`${file} can not be written: ${error instanceof Error ? error.message : error}`)
  }
}

async function runSuite(
  suite: Suite,
  file: ExpectationFile,
  flags: TestFlags,
  live: LiveAddresses | undefined,
): Promise<SuiteResult> {
  const startedAt = performance.now()
  const target: Target =
    live === undefined
      ? await openOffline(suite, file, flags)
      : { observer: observeLive(live), manifestWords: [], assumesEndpoints: false, errorCount: 0 }
  const results: CaseResult[] = []
  const line = stderrProgress()
  try {
    for (const one of suite.cases) {
      line.show(countText('cases run', results.length, suite.cases.length))
      results.push(await runCase(one, target.observer))
    }
  } finally {
    line.end()
    await target.observer.close()
  }
  const { observer: _, ...facts } = target
  return { suite, results, ...facts, durationMs: performance.now() - startedAt }
}

/** Who is asked, and what is known of it. */
type Target = Pick<SuiteResult, 'manifestWords' | 'assumesEndpoints' | 'errorCount'> & {
  readonly observer: Observer
}

async function openOffline(
  suite: Suite,
  { directory }: ExpectationFile,
  { manifests }: TestFlags,
): Promise<Target> {
  const own = suite.manifests.map(path => (path === '-' || isAbsolute(path) ? path : join(directory, path)))
  const paths = readPaths(manifests.length > 0 ? manifests : own, [])
  const options = compileOptionsOfSuite(suite)
  const { table, diagnostics, assumed } =
    suite.endpoints === 'assumed'
      ? await compileAssumingEndpoints(paths, options)
      : { ...(await compileOnce(paths, options)), assumed: [] }
  const flagWords = suite.flags.flatMap(({ name, values }) => values.flatMap(value => [`--${name}`, value]))
  return {
    observer: observeOffline(table),
    manifestWords: [...paths.map(displayPath), ...flagWords],
    assumesEndpoints: assumed.length > 0,
    errorCount: countSeverities(diagnostics).errors,
  }
}

function readLiveAddresses({ live, cacert, insecure }: TestFlags): LiveAddresses {
  const origins = new Map<string, string>()
  for (const text of live) {
    const url = URL.parse(text)
    if (
      url === null ||
      !['http:', 'https:'].includes(url.protocol) ||
      url.pathname !== '/' ||
      url.search !== ''
    )
      throw new UsageError(
        `--live ${text} is no address (write http://127.0.0.1:8080 or https://127.0.0.1:8443)`,
      )
    origins.set(url.protocol, url.origin)
  }
  return { http: origins.get('http:'), https: origins.get('https:'), ca: readAuthority(cacert), insecure }
}

function readAuthority(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(
      `--cacert ${file} can not be read: ${error instanceof Error ? error.message : error}`,
    )
  }
}
