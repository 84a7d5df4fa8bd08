// Manifests in, table and diagnostics out. A case is a folder: its YAML files and `expected.txt`, which a run with
// `-u` writes anew.
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { createCompiler } from '../../../src/compile/compile.ts'
import { formatDiagnostic } from '../../../src/diagnostics/diagnostic.ts'
import type { Backend, HostRoutes, Route, RoutingTable } from '../../../src/routing/table.ts'
import { readOnce } from '../../../src/sources/read-once.ts'
import { compileOptions } from '../../support/compile.ts'

const root = import.meta.dirname
const cases = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory())

it.each(cases.map(({ name }) => name))('%s compiles as expected', async name => {
  const directory = join(root, name)
  const { resources, diagnostics } = await readOnce([directory])
  const compilation = createCompiler(compileOptions()).compile(resources)
  const findings = [...diagnostics, ...compilation.diagnostics].map(formatDiagnostic)
  const text = [
    ...renderTable(compilation.table),
    '',
    ...findings.map(finding => finding.replace(`${relative('.', directory)}/`, '')),
    '',
  ]
  await expect(text.join('\n')).toMatchFileSnapshot(join(directory, 'expected.txt'))
})

function renderTable({ hosts, certificates }: RoutingTable): string[] {
  const names = [
    ...certificates.exact.keys(),
    ...[...certificates.wildcard.keys()].map(suffix => `*${suffix}`),
  ]
  return [...hosts.flatMap(renderHost), `certificates: ${names.join(', ') || 'none'}`]
}

function renderHost({ host, hasTls, routes, fallback }: HostRoutes): string[] {
  return [
    `${host === '' ? '*' : host}${hasTls ? ' (tls)' : ''}`,
    ...routes.flatMap(route => renderRoute(`${route.kind} ${route.path}`, route)),
    ...(fallback === undefined ? [] : renderRoute('fallback', fallback)),
  ]
}

function renderRoute(what: string, { backend, canaries, denied }: Route): string[] {
  return [
    `  ${what} -> ${denied === undefined ? renderBackend(backend) : `503 ${denied}`}`,
    ...canaries.map(({ backend, rule }) => `    canary ${renderBackend(backend)} ${JSON.stringify(rule)}`),
  ]
}

function renderBackend(backend: Backend | undefined): string {
  if (backend === undefined) return '404'
  if (backend.problem !== undefined) return `503 ${backend.problem}`
  const endpoints = backend.upstream?.endpoints.map(({ address, port }) => `${address}:${port}`)
  return `${backend.upstream?.key} [${endpoints?.join(', ')}]`
}
