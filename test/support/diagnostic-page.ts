// A page of docs/diagnostics/ as what its test needs: the manifests of its example and of its fix, and what they are checked with.
import { Command } from 'commander'
import type { CheckFlags } from '../../src/cli/check/check.ts'
import { collect, readDiagnosticCode } from '../../src/cli/flag-values.ts'
import { addTableFlags, compileOptionsOf, type TableFlags } from '../../src/cli/flags.ts'
import { reportCompat } from '../../src/compat/compat-report.ts'
import { createCompiler } from '../../src/compile/compile.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { readOnce } from '../../src/sources/read-once.ts'
import { manifestDirectory } from './manifests.ts'

/** A section of a page. */
export interface PageSection {
  /** Each fence of YAML or JSON, which is a case of its own. */
  readonly manifests: readonly string[]
  /** Words after `portico check` in a fence of sh; `undefined` without one. */
  readonly words: readonly string[] | undefined
}

/** The sections of a page by title, `Example` and `Fix`. */
export function readSections(page: string): ReadonlyMap<string, PageSection> {
  const parts = page.split(/^## /m).slice(1)
  return new Map(parts.map(part => [part.slice(0, part.indexOf('\n')), readSection(part)]))
}

function readSection(text: string): PageSection {
  const fences = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
  const manifests = fences.flatMap(([, language, body]) =>
    language === 'yaml' || language === 'json' ? [body!] : [],
  )
  const command = fences.flatMap(([, language, body]) =>
    language === 'sh' ? (/^portico check (.*)$/m.exec(body!)?.[1] ?? []) : [],
  )
  return { manifests, words: command[0]?.split(' ') }
}

/** What `portico check` finds in a manifest with the flags among `words`. */
export async function findIn(
  manifest: string,
  words: readonly string[] = [],
): Promise<readonly Diagnostic[]> {
  const name = manifest.startsWith('{') ? 'example.json' : 'example.yaml'
  const { path, file } = await manifestDirectory({ [name]: withServices(manifest) })
  const command = addTableFlags(new Command()).argument('[path...]').option('--compat <name>').exitOverride()
  command.option('--ignore <code>', '', collect(readDiagnosticCode), [])
  command.parse(words, { from: 'user' })
  const named = command.args.some(arg => arg.endsWith('.yaml')) ? file(name) : path
  const { resources, diagnostics } = await readOnce([named])
  const flags = command.opts<TableFlags & Pick<CheckFlags, 'compat' | 'ignore'>>()
  const options = compileOptionsOf(flags)
  const compilation = createCompiler(options).compile(resources)
  const compat = flags.compat === undefined ? [] : reportCompat(resources, compilation, options).diagnostics
  const found = [...diagnostics, ...compilation.diagnostics, ...compat]
  return found.filter(({ code }) => !flags.ignore.includes(code))
}

/** The Services that examples leave out. */
function withServices(manifest: string): string {
  if (!/^kind: Ingress$/m.test(manifest) || /^kind: Service$/m.test(manifest)) return manifest
  return [manifest, ...['web', 'api'].map(serviceText)].join('---\n')
}

function serviceText(name: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, annotations: { portico/endpoints: '127.0.0.1:3000' } }
spec: { ports: [{ name: http, port: 80 }] }
`
}
